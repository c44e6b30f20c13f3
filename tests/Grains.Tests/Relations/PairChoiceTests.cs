using Hermes.Grains.Relations;

namespace Hermes.Grains.Tests.Relations;

public sealed class PairChoiceTests
{
    private static readonly string[] Tasks = [.. Enumerable.Range(0, 40).Select(i => $"d/t{i:00}")];

    // Most pairs hardly alike, few very.
    private static double Cosine(int one, int other) => Math.Pow(Math.Abs(one - other) / 40.0, 3);

    [Fact]
    public void Pairs_are_spread_over_the_range_of_cosines_though_most_lie_at_one_end()
    {
        var cosines = PairChoice.Of(Tasks, Cosine, 20, 1).Select(p => Cosine(p.Task, p.Other)).ToList();

        // In each fifth of the range, between three and five of twenty.
        var high = Enumerable.Range(0, 40).SelectMany(i => Enumerable.Range(0, i).Select(j => Cosine(i, j))).Max();
        Assert.All(cosines.GroupBy(c => Math.Min(4, (int)(c / high * 5))), fifth => Assert.InRange(fifth.Count(), 3, 5));
        Assert.Equal(5, cosines.GroupBy(c => Math.Min(4, (int)(c / high * 5))).Count());
    }

    [Fact]
    public void A_larger_choice_begins_as_a_smaller_one_and_another_seed_chooses_otherwise()
    {
        var few = PairChoice.Of(Tasks, Cosine, 10, 1);
        var many = PairChoice.Of(Tasks, Cosine, 30, 1);

        Assert.Equal(few, many.Take(10));
        Assert.NotEqual(few, PairChoice.Of(Tasks, Cosine, 10, 2));
        Assert.Equal(30, many.Select(p => (Math.Min(p.Task, p.Other), Math.Max(p.Task, p.Other))).Distinct().Count());
        Assert.Contains(many, p => p.Task < p.Other);
        Assert.Contains(many, p => p.Task > p.Other);
    }

    [Fact]
    public void Of_few_tasks_all_pairs_are_chosen_once()
    {
        Assert.Equal(6, PairChoice.Of(Tasks[..4], Cosine, 30, 0).Count);
        Assert.Empty(PairChoice.Of(Tasks[..1], Cosine, 30, 0));
        Assert.Equal(3, PairChoice.Of(Tasks[..3], (_, _) => 0.5, 30, 0).Count);
    }
}
