using Hermes.Model.Training;

namespace Hermes.Model.Tests.Training;

public sealed class PatchBatchesTests
{
    [Fact]
    public void A_batch_depends_only_on_seed_and_number()
    {
        var configuration = PreparedCases.Configuration("affine_prob: 0.7\nintensity_prob: {other: 0.5}\n");
        using var cases = new PreparedCases(configuration);
        var batches = new PatchBatches(configuration, cases.Datasets, 5);
        PatchBatch[] forwards = [.. Enumerable.Range(0, 4).Select(batches.Make)];

        var again = new PatchBatches(configuration, cases.Datasets, 5);
        foreach (var number in (int[])[3, 0, 2, 1])
        {
            var batch = again.Make(number);
            Assert.Equal(forwards[number].Images, batch.Images);
            Assert.Equal(forwards[number].Channels, batch.Channels);
            Assert.Equal(forwards[number].Cases.ToArray(), batch.Cases.ToArray());
        }

        Assert.NotEqual(forwards[0].Images, forwards[1].Images);
        Assert.NotEqual(forwards[0].Images, new PatchBatches(configuration, cases.Datasets, 6).Make(0).Images);
    }

    [Fact]
    public void The_prefetched_batches_are_the_same_in_the_same_order()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        using var prefetch = new BatchPrefetch(new PatchBatches(configuration, cases.Datasets, 5), 2, Range.All);
        var batches = new PatchBatches(configuration, cases.Datasets, 5);

        for (var number = 2; number < 8; number++)
        {
            var batch = prefetch.Take();
            Assert.Equal(number, batch.Number);
            Assert.Equal(batches.Make(number).Images, batch.Images);
        }
    }

    [Fact]
    public void A_failure_while_making_batches_reaches_the_trainer()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        var batches = new PatchBatches(configuration, cases.Datasets, 5);
        cases.Datasets[0].Training[0].Dispose();
        cases.Datasets[0].Training[1].Dispose();
        using var prefetch = new BatchPrefetch(batches, 0, Range.All);

        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                prefetch.Take();
            }
        });

        Assert.IsType<ObjectDisposedException>(error.InnerException);
    }

    [Theory]
    [InlineData("sampling: dataset\n", 0.5)]
    [InlineData("sampling: case\ndataset_weights: {one: 3}\n", 0.75)]
    [InlineData("sampling: dataset\ndataset_weights: {one: 0}\n", 0)]
    public void Datasets_are_drawn_by_weight(string sampling, double expected)
    {
        var configuration = PreparedCases.Configuration(sampling);
        using var cases = new PreparedCases(configuration);
        var sampler = new PatchSampler(configuration, cases.Datasets);
        var first = 0;
        for (ulong i = 0; i < 4000; i++)
        {
            var generator = new CounterGenerator(1, i, 0);
            first += sampler.Draw(ref generator).Dataset.Group.Name == "one" ? 1 : 0;
        }

        Assert.Equal(expected, first / 4000.0, 0.03);
    }

    [Fact]
    public void Patches_lie_within_the_volume_and_reach_every_border()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        var sampler = new PatchSampler(configuration, cases.Datasets);
        var seen = new HashSet<(string, int, int, int)>();
        for (ulong i = 0; i < 3000; i++)
        {
            var generator = new CounterGenerator(1, i, 0);
            var draw = sampler.Draw(ref generator);
            var size = draw.Case.Size;
            Assert.InRange(draw.Z, 0, size.Depth - 32);
            Assert.InRange(draw.Y, 0, size.Height - 32);
            Assert.InRange(draw.X, 0, size.Width - 32);
            seen.Add((draw.Case.Header.CaseId, draw.Z, draw.Y, draw.X));
        }

        Assert.Contains(("one_0", 2, 1, 8), seen);
        Assert.Contains(("one_0", 0, 0, 0), seen);
    }

    [Fact]
    public void A_foreground_patch_holds_its_label()
    {
        var configuration = PreparedCases.Configuration("sampling: dataset\naffine_prob: 0\ndataset_weights: {two: 0}\n") with { ForegroundShare = 1 };
        using var cases = new PreparedCases(configuration);
        var batches = new PatchBatches(configuration, cases.Datasets, 5);

        for (var number = 0; number < 10; number++)
        {
            Assert.Contains(batches.Make(number).Channels, channel => channel is 1 or 2);
        }
    }

    [Fact]
    public void Nothing_to_learn_from_is_refused()
    {
        var configuration = PreparedCases.Configuration("dataset_weights: {one: 0, two: 0}\n");
        using var cases = new PreparedCases(configuration);

        Assert.Contains("nothing to learn from", Assert.Throws<ArgumentException>(() => new PatchSampler(configuration, cases.Datasets)).Message, StringComparison.Ordinal);
    }
}
