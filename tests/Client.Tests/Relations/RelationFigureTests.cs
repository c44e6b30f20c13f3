using Hermes.Client.Figures;
using Hermes.Client.Relations;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Tests.Relations;

public sealed class RelationFigureTests
{
    [Fact]
    public void A_figure_has_a_dot_for_each_pair_and_gain_higher_the_more_was_gained()
    {
        var dots = RelationFigure.Of(Studies.Of(seeds: 1), "cosine of priors").Parts.OfType<FigureDot>().ToList();

        Assert.Equal(6, dots.Count);
        var transfer = dots.Take(3).ToList();
        Assert.Equal(
            ["a/one from b/x +0.100, cosine of priors 0.10", "a/two from b/x -0.200, cosine of priors 0.50", "a/three from b/x 0.000, cosine of priors 0.90"],
            transfer.Select(d => d.Title));
        Assert.True(transfer[0].Y < transfer[2].Y && transfer[2].Y < transfer[1].Y);
        Assert.True(transfer[0].X < transfer[1].X && transfer[1].X < transfer[2].X);
        Assert.All(RelationFigure.Of(Studies.Of(1), "nothing").Parts.OfType<FigureLine>(), l => Assert.True(double.IsFinite(l.X1 + l.Y1 + l.X2 + l.Y2)));
    }

    [Fact]
    public void A_figure_for_itself_says_what_was_measured_and_how_well_that_was_predicted()
    {
        var study = Studies.Of(seeds: 1) with { Grades = [new("cosine of priors", RelationGain.Joint, 3, 0.1, -0.2, 0.4), new("another", RelationGain.Joint, 3, null, null, null)] };

        var (plain, told) = (RelationFigure.Of(study, "cosine of priors"), RelationFigure.WithSentences(study, "cosine of priors"));

        Assert.Equal([RelationSentences.Of(study).First(), RelationSentences.Of(study.Grades[0])], told.Parts.Skip(plain.Parts.Count).Cast<FigureText>().Select(t => t.Text));
        Assert.True(told.Height > plain.Height && told.Parts.OfType<FigureText>().All(t => t.X + Figure.WidthOf(t.Text) <= told.Width || t.IsEnd));
    }
}
