using Hermes.Imaging.Evaluation;

namespace Hermes.Imaging.Tests.Evaluation;

public sealed class PairedBootstrapTests
{
    private const ulong Seed = 11;

    [Fact]
    public void Five_cases_have_the_bound_that_all_their_samples_have()
    {
        double[] differences = [-0.05, -0.01, 0, 0.02, 0.1];
        var all = AllMeans(differences);

        var bound = Compare(differences).LowerBound!.Value;

        // Of 10,000 drawn samples the 5 % quantile is off by 0.2 % as a rule.
        Assert.InRange(bound, all[(int)(0.04 * all.Count)], all[(int)(0.06 * all.Count)]);
    }

    [Fact]
    public void Many_cases_have_the_bound_of_the_normal_distribution()
    {
        var differences = Normal(new SeededRandom(3, 0), count: 200, mean: -0.01, deviation: 0.03);
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Average(d => (d - mean) * (d - mean)) / differences.Length);

        var change = Compare(differences);

        Assert.Equal(mean, change.Difference, 12);
        Assert.Equal(-1.645, (change.LowerBound!.Value - mean) / error, 0.08);
    }

    [Fact]
    public void The_true_mean_is_above_the_bound_in_some_95_of_100_certificates()
    {
        const int Certificates = 400;
        var random = new SeededRandom(5, 0);

        var above = Enumerable.Range(0, Certificates).Count(_ => Compare(Normal(random, count: 30, mean: -0.01, deviation: 0.03)).LowerBound <= -0.01);

        // The percentile bootstrap promises a little less for few cases, and 400 certificates show a share to a hundredth.
        Assert.InRange(above / (double)Certificates, 0.91, 0.97);
    }

    [Fact]
    public void The_order_of_the_cases_does_not_matter_and_the_seed_decides_the_bits()
    {
        var pairs = Pairs(Normal(new SeededRandom(7, 0), count: 40, mean: 0, deviation: 0.05));
        var change = PairedBootstrap.Compare("a/x", pairs, Seed);

        Assert.Equal(change, PairedBootstrap.Compare("a/x", pairs.Reverse(), Seed));
        Assert.Equal(change, PairedBootstrap.Compare("a/x", pairs.OrderBy(p => p.After), Seed));
        Assert.NotEqual(change.LowerBound, PairedBootstrap.Compare("a/x", pairs, Seed + 1).LowerBound);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.125)]
    public void Where_every_case_changes_alike_the_bound_is_the_change(double difference)
    {
        var change = Compare(Enumerable.Repeat(difference, 7));

        Assert.Equal(new DiceChange("a/x", 7, 0.5, 0.5 + difference, difference, difference), change);
        Assert.True(change.IsWithin(0.125));
        Assert.Equal(difference == 0, change.IsWithin(0.124));
        Assert.Equal(difference == 0, change.IsWithin(0));
    }

    [Fact]
    public void Fewer_than_five_cases_show_nothing_however_good_they_are()
    {
        var one = Compare([0.25]);

        Assert.Equal(new DiceChange("a/x", 1, 0.5, 0.75, 0.25, null), one);
        Assert.False(one.IsEnough);
        Assert.False(one.IsWithin(1));
        Assert.False(Compare([0, 0, 0, 0]).IsEnough);
        Assert.True(Compare([0, 0, 0, 0, 0]).IsEnough);
    }

    [Fact]
    public void A_comparison_without_cases_with_one_twice_or_with_what_is_no_Dice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Compare([]));
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Compare("a/x", [new("b", 0, 0), new("a", 0, 0), new("b", 1, 1)], Seed));
        Assert.Throws<ArgumentException>(() => Compare([double.NaN]));
        Assert.Throws<ArgumentException>(() => Compare([0.6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Compare([0, 0, 0, 0, 0]).IsWithin(-0.01));
    }

    private static DiceChange Compare(IEnumerable<double> differences) => PairedBootstrap.Compare("a/x", Pairs(differences), Seed);

    private static DicePair[] Pairs(IEnumerable<double> differences) => [.. differences.Select((d, n) => new DicePair($"case-{n:000}", 0.5, 0.5 + d))];

    private static double[] Normal(SeededRandom random, int count, double mean, double deviation) =>
        [.. Enumerable.Range(0, count).Select(_ => mean + deviation * random.Normal())];

    /// <summary>The sorted means of all samples that can be drawn, each as often as it can be drawn.</summary>
    private static List<double> AllMeans(double[] values) =>
        [.. values.Aggregate((IEnumerable<double>)[0.0], (sums, _) => sums.SelectMany(sum => values.Select(v => sum + v))).Select(sum => sum / values.Length).Order()];
}
