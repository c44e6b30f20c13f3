using Hermes.Grains.Relations;

namespace Hermes.Grains.Tests.Relations;

public sealed class KendallTauTests
{
    [Fact]
    public void Ties_count_as_published()
    {
        // scipy.stats.kendalltau, the example of its documentation, and a table with ties in both lists worked out by hand.
        Assert.Equal(-0.47140452079103173, KendallTau.Of([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])!.Value, 12);
        Assert.Equal((7 - 2) / Math.Sqrt(13 * 11), KendallTau.Of([1, 2, 2, 3, 4, 4], [1, 2, 3, 3, 3, 2])!.Value, 12);
        Assert.Equal(1, KendallTau.Of([1, 2, 3, 4], [10, 20, 30, 40]));
        Assert.Equal(-1, KendallTau.Of([1, 2, 3, 4], [4, 3, 2, 1]));
    }

    [Fact]
    public void It_is_the_correlation_of_the_signs_of_all_differences()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 50; trial++)
        {
            double[] one = [.. Enumerable.Range(0, 20).Select(_ => (double)random.Next(6))], other = [.. Enumerable.Range(0, 20).Select(_ => (double)random.Next(6))];
            var (a, b) = (Signs(one), Signs(other));

            Assert.Equal(a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y)), KendallTau.Of(one, other)!.Value, 12);
            Assert.Equal(KendallTau.Of(one, other), KendallTau.Of(other, one));
        }

        // Of every ordered couple, Pearson's correlation about 0: another way to say tau-b.
        static double[] Signs(double[] list) => [.. list.SelectMany(x => list.Select(y => (double)Math.Sign(x - y)))];
    }

    [Fact]
    public void What_is_the_same_everywhere_has_no_rank()
    {
        Assert.Null(KendallTau.Of([1, 1, 1], [1, 2, 3]));
        Assert.Null(KendallTau.Of([1, 2, 3], [0, 0, 0]));
        Assert.Null(KendallTau.Of([], []));
        Assert.Null(KendallTau.Interval([1, 1, 1, 1], [1, 2, 3, 4], 200, 0.95, 0));
    }

    [Fact]
    public void An_interval_follows_from_its_seed_and_shrinks_with_more_pairs()
    {
        var (few, many) = (Noisy(10), Noisy(80));

        var interval = KendallTau.Interval(few.One, few.Other, 1000, 0.95, 7)!.Value;

        Assert.Equal(interval, KendallTau.Interval(few.One, few.Other, 1000, 0.95, 7));
        Assert.NotEqual(interval, KendallTau.Interval(few.One, few.Other, 1000, 0.95, 8));
        Assert.InRange(KendallTau.Of(few.One, few.Other)!.Value, interval.Low, interval.High);
        var narrow = KendallTau.Interval(many.One, many.Other, 1000, 0.95, 7)!.Value;
        Assert.True(narrow.High - narrow.Low < (interval.High - interval.Low) / 1.5);
        Assert.True(narrow.Low > 0);
    }

    [Fact]
    public void Of_lists_that_have_nothing_to_do_with_each_other_about_one_interval_in_twenty_excludes_chance()
    {
        var random = new Random(11);
        var excluded = Enumerable.Range(0, 100).Count(trial =>
        {
            double[] one = [.. Enumerable.Range(0, 30).Select(_ => random.NextDouble())], other = [.. Enumerable.Range(0, 30).Select(_ => random.NextDouble())];
            var (low, high) = KendallTau.Interval(one, other, 400, 0.95, trial)!.Value;
            return low > 0 || high < 0;
        });

        Assert.InRange(excluded, 0, 14);
    }

    private static (double[] One, double[] Other) Noisy(int count)
    {
        var random = new Random(5);
        double[] one = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
        return (one, [.. one.Select(x => x + random.NextDouble())]);
    }
}
