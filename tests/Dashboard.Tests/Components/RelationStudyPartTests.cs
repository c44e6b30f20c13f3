using Bunit;
using Hermes.Dashboard.Components.Parts;
using Hermes.Dashboard.Priors;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Dashboard.Tests.Components;

public sealed class RelationStudyPartTests : PageContext
{
    [Fact]
    public void Where_nobody_measured_the_page_says_how_to()
    {
        Publish([], []);

        Assert.Equal("./hermes study relations --model universal@2", Words(Part().Find("pre")));
    }

    [Fact]
    public void While_it_is_looked_for_that_is_said()
    {
        Priors.Study = () => new TaskCompletionSource<StudyReading>().Task;
        Publish([], []);

        Assert.Equal("Looking for what was measured …", Words(Part().Find("[role=status]")));
    }

    [Fact]
    public void What_cannot_be_read_says_why()
    {
        Priors.Study = () => throw new HermesException("The study is damaged.");
        Publish([], []);

        Assert.StartsWith("The study is damaged.", Words(Part().Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RelationStudyState.Training, "Being measured: 3 of 12 trainings ended.")]
    [InlineData(RelationStudyState.Failed, "The study failed: Too few pairs. Mend the cause.")]
    [InlineData(RelationStudyState.Cancelled, "The study was cancelled.")]
    public void Where_it_is_not_done_the_page_says_where_it_stands(RelationStudyState state, string sentence)
    {
        var status = new RelationStudyStatus
        {
            Version = "universal@2",
            State = state,
            Trainings = 12,
            Done = 3,
            Cause = state == RelationStudyState.Failed ? new Failure("Too few pairs.", Hint: "Mend the cause.") : null,
            LeftOut = [new LeftOut("a/cyst", "no validation case has it.")],
        };
        Priors.Study = () => Task.FromResult(new StudyReading(status, null));
        Publish([], []);

        var part = Part();

        Assert.StartsWith(sentence, Words(part.Find("[role=status]")), StringComparison.Ordinal);
        Assert.Equal("a/cyst: no validation case has it.", Words(part.Find("ul.hermes-list li")));
    }

    [Fact]
    public void What_was_measured_is_graded_without_mercy_drawn_and_listed()
    {
        Priors.Study = () => Task.FromResult(new StudyReading(new RelationStudyStatus { Version = "universal@2", State = RelationStudyState.Completed }, TestStudy.Measured));
        Publish([], []);

        var part = Part();

        Assert.Equal(
            [
                "cosine Transfer better than chance +0.80 +0.40 to +1.00 4",
                "modality Transfer no better than chance -0.10 -0.60 to +0.30 4",
                "cosine Joint gain worse than chance, it ranks the wrong way round -0.90 -1.00 to -0.20 4",
                "modality Joint gain cannot be graded – – 4",
            ],
            part.FindAll("[aria-label='How well gains were predicted'] tbody tr").Select(row => string.Join(' ', Cells(row))));
        Assert.Equal(
            ["a/t3 b/t3 0.300 0.500 +0.300 -0.300", "a/t2 b/t2 0.200 0.500 +0.200 -0.200", "a/t1 b/t1 0.100 0.500 +0.100 -0.100", "a/t0 b/t0 0.000 0.500 0.000 0.000"],
            part.FindAll("[aria-label='Pairs that were measured'] tbody tr").Select(row => string.Join(' ', Cells(row))));
        Assert.Equal(8, part.FindAll("svg circle").Count);
        Assert.Contains("Modality, transfer: no better than chance; tau -0.10, 95 % -0.60 to +0.30, in 4 pairs.", Words(part.Find("ul")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_predicted_stands_in_the_address()
    {
        Priors.Study = () => Task.FromResult(new StudyReading(new RelationStudyStatus { Version = "universal@2", State = RelationStudyState.Completed }, TestStudy.Measured));
        Publish([], []);
        Browser.NavigateTo("/priors?predictor=modality");

        var part = Part();

        Assert.Contains("modality 1.00", part.Find("svg circle title").TextContent, StringComparison.Ordinal);
        Assert.Equal(
            ["png", "svg", "csv", "json"],
            part.FindAll("a[download]").Select(a => Assert.IsType<string>(a.GetAttribute("href")))
                .Select(href => href.Replace("/studies/universal/2/gains.", "", StringComparison.Ordinal).Replace("?predictor=modality", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_task_leads_to_what_the_page_shows_of_it()
    {
        Priors.Study = () => Task.FromResult(new StudyReading(new RelationStudyStatus { Version = "universal@2", State = RelationStudyState.Completed }, TestStudy.Measured));
        Publish([], []);
        Browser.NavigateTo("/priors?predictor=modality&of=posterior");

        Assert.Equal(
            ["a/t3", "b/t3"],
            Part().FindAll("[aria-label='Pairs that were measured'] tbody tr:first-child a").Select(a => a.TextContent));
        Assert.All(
            Part().FindAll("[aria-label='Pairs that were measured'] a"),
            a => Assert.EndsWith($"/priors?predictor=modality&task={Uri.EscapeDataString(a.TextContent)}", a.GetAttribute("href"), StringComparison.Ordinal));
    }

    private IRenderedComponent<RelationStudyPart> Part() => Render<RelationStudyPart>(p => p.Add(s => s.Model, "universal").Add(s => s.Version, 2));
}
