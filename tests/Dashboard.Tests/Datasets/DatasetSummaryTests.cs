using Hermes.Dashboard.Datasets;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Tests.Datasets;

public sealed class DatasetSummaryTests
{
    [Fact]
    public async Task Volumes_geometry_and_intensities_are_summarised_over_the_cases()
    {
        var other = Change(Cases.One(2, (1, 30)), f => f with { Orientation = "LPS", Size = [80, 64, 32], Label = null, Minimum = -900, Warnings = ["w"] });
        var cases = new[] { Cases.One(0, (1, 10), (3, 5)), Cases.One(1, (1, 20)), other };

        var summary = await SummaryAsync(cases);

        Assert.Equal((3, 2, 1), (summary.Cases, summary.Labelled, summary.Warned));
        Assert.Equal([1, 3], summary.Volumes.Keys.Order());
        Assert.Equal(new LabelVolumes(3, new Distribution(10, 15, 20, 25, 30)), summary.Volumes[1]);
        Assert.Equal(1, summary.Volumes[3].Cases);
        Assert.Equal((64, 80), (summary.Size[0].Minimum, summary.Size[0].Maximum));
        Assert.Equal([1.5, 1.5, 3], summary.SpacingMm.Select(s => s.Median));
        Assert.Equal([("RAS", 2), ("LPS", 1)], summary.Orientations);
        Assert.Equal((-1000, -900, 900), (summary.Minimum!.Minimum, summary.Minimum.Maximum, summary.Maximum!.Maximum));
        Assert.Equal(0, summary.OutlierCount);
    }

    [Fact]
    public async Task Cases_whose_volume_or_spacing_lies_far_outside_are_named()
    {
        var cases = Enumerable.Range(0, 40).Select(n => Cases.One(n, (1, 100 + n), (2, 50))).ToArray();
        cases[5] = Cases.One(5, (1, 900), (2, 50));
        cases[3] = Change(cases[3], f => f with { SpacingMm = [1.5, 1.5, 9] });

        var summary = await SummaryAsync(cases);

        Assert.Equal(2, summary.OutlierCount);
        Assert.Equal([("case_003", null, 2, 9.0), ("case_005", 1, null, 900.0)], summary.Outliers.Select(o => (o.CaseId, o.Label, o.Axis, o.Number)));
    }

    [Fact]
    public async Task Of_many_unusual_cases_the_first_are_named_and_all_are_counted()
    {
        var cases = Enumerable.Range(0, 1000).Select(n => Cases.One(n, (1, n % 5 == 0 ? 900 : 100))).ToArray();

        var summary = await SummaryAsync(cases);

        Assert.Equal((200, DatasetSummary.Named), (summary.OutlierCount, summary.Outliers.Count));
        Assert.Equal("case_005", summary.Outliers[1].CaseId);
    }

    [Fact]
    public async Task Of_no_cases_nothing_is_said()
    {
        var summary = await SummaryAsync([]);

        Assert.Equal(0, summary.Cases);
        Assert.Null(summary.Minimum);
        Assert.Empty(summary.Size);
    }

    [Fact]
    public async Task A_summary_is_made_once_for_all_who_look_and_forgotten_when_nobody_does()
    {
        var reader = new TestDatasetReader { Cases = () => [.. Enumerable.Range(0, 300).Select(n => Cases.One(n))] };
        var summaries = new DatasetSummaries(reader);
        var first = summaries.Show("local/a", 1);
        var second = summaries.Show("local/a", 1);

        Assert.Same(await first.ReadAsync(default), await second.ReadAsync(default));
        first.Dispose();
        first.Dispose();
        Assert.Equal(300, (await second.ReadAsync(default)).Cases);
        Assert.Equal([(1, 0), (1, 1)], reader.CasePages);

        second.Dispose();
        using var third = summaries.Show("local/a", 1);
        await third.ReadAsync(default);
        Assert.Equal(4, reader.CasePages.Count);
    }

    [Fact]
    public async Task A_summary_that_failed_is_made_anew()
    {
        var reader = new TestDatasetReader { Cases = () => throw new IOException("It is away.") };
        var summaries = new DatasetSummaries(reader);
        using var lease = summaries.Show("local/a", 1);
        await Assert.ThrowsAsync<IOException>(() => lease.ReadAsync(default));

        reader.Cases = () => [Cases.One(0)];

        Assert.Equal(1, (await lease.ReadAsync(default)).Cases);
    }

    private static CaseRecord Change(CaseRecord one, Func<CaseFacts, CaseFacts> change) => one with { Facts = change(one.Facts) };

    private static Task<DatasetSummary> SummaryAsync(IReadOnlyList<CaseRecord> cases) => DatasetSummary.OfAsync(cases.ToAsyncEnumerable(), default);
}
