using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Configuration;

public sealed class TrainingMemoryTests
{
    /// <summary>What <c>hermes-benchmarks memory</c> found on two threads, in MiB: in float32, and in bfloat16.</summary>
    [Theory]
    [InlineData("tiny", 8, 0, 4, 4, 672, 512)]
    [InlineData("small", 8, 0, 4, 4, 1119, 737)]
    [InlineData("tiny", 8, 0, 1, 4, 738, 374)]
    [InlineData("tiny", 8, 0, 2, 4, 434, 454)]
    [InlineData("tiny", 8, 0, 8, 4, 800, 647)]
    [InlineData("tiny", 8, 48, 4, 4, 1302, 903)]
    [InlineData("tiny", 8, 64, 4, 4, 2791, 1628)]
    [InlineData("tiny", 8, 96, 1, 4, 2508, 1725)]
    [InlineData("tiny", 16, 0, 4, 4, 1180, 1020)]
    [InlineData("tiny", 32, 0, 4, 4, 2980, 2565)]
    [InlineData("small", 16, 0, 4, 4, 1840, 1353)]
    [InlineData("tiny", 16, 64, 2, 4, 2601, 1943)]
    [InlineData("tiny", 8, 0, 4, 16, 651, 581)]
    [InlineData("tiny", 8, 0, 4, 48, 834, 733)]
    [InlineData("tiny", 8, 64, 4, 16, 2563, 2138)]
    [InlineData("small-m", 8, 0, 4, 4, 1336, 755)]
    [InlineData("small-m", 16, 0, 4, 4, 1842, 1206)]
    [InlineData("small-m", 8, 64, 4, 4, 2732, 1753)]
    [InlineData("small-m", 8, 96, 1, 4, 2181, 1744)]
    [InlineData("small-m", 8, 0, 4, 48, 1884, 1623)]
    public void The_estimate_is_above_what_was_measured_and_not_far(string preset, int width, int side, int batch, int tasks, int full, int mixed)
    {
        var estimate = Estimate(preset, width, side, batch, tasks);

        Assert.InRange(estimate, 1.02 * Math.Max(full, mixed), 2 * full);
        Assert.InRange(estimate, mixed, (batch % 2 == 0 ? 2.1 : 2.7) * mixed);
    }

    [Theory]
    [InlineData("small", 8, 0, 4, 4, 926)]
    [InlineData("tiny", 8, 96, 1, 4, 2147)]
    [InlineData("tiny", 16, 96, 1, 4, 2542)]
    [InlineData("small-m", 8, 96, 1, 4, 1844)]
    [InlineData("hermes-r", 32, 0, 1, 4, 9629)]
    public void What_is_computed_again_takes_less_and_the_estimate_knows_it(string preset, int width, int side, int batch, int tasks, int measured)
    {
        var estimate = Estimate(preset, width, side, batch, tasks, recompute: true);

        Assert.InRange(estimate, 1.02 * measured, 1.5 * measured);
        Assert.True(estimate < Estimate(preset, width, side, batch, tasks));
    }

    /// <summary>The highest of one to five runs each, branches that own stages or priors only.</summary>
    [Theory]
    [InlineData("tiny", 8, 0, 4, 4, 531)]
    [InlineData("small", 8, 0, 4, 4, 1088)]
    [InlineData("tiny", 8, 64, 4, 4, 2401)]
    [InlineData("tiny", 32, 0, 4, 4, 1714)]
    [InlineData("tiny", 8, 96, 1, 4, 1817)]
    [InlineData("tiny", 8, 0, 4, 48, 796)]
    [InlineData("tiny", 8, 64, 4, 16, 2325)]
    public void A_branch_takes_less_and_the_estimate_knows_it(string preset, int width, int side, int batch, int tasks, int measured)
    {
        var estimate = Estimate(preset, width, side, batch, tasks, isBranch: true);

        Assert.InRange(estimate, 1.02 * measured, 1.6 * measured);
        Assert.True(estimate < Estimate(preset, width, side, batch, tasks));
    }

    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(4, 1, 2)]
    [InlineData(4, 2, 4)]
    [InlineData(4, 16, 4)]
    [InlineData(16, 2, 4)]
    [InlineData(16, 16, 8)]
    public void A_processor_learns_pairs_in_at_most_four_lanes(int batch, int threads, int samples) => Assert.Equal(samples, TrainingMemory.SamplesAtOnce(batch, threads));

    [Fact]
    public void The_keys_that_are_said_to_lower_it_do_so()
    {
        var small = TrainingConfiguration.Preset("small");
        var before = Total(small);

        Assert.InRange(Total(small with { PatchSize = new GridSize(32, 32, 32) }), 1, before - 1);
        Assert.InRange(Total(small with { Network = small.Network with { BaseWidth = 4 } }), 1, before - 1);
        Assert.InRange(Total(small with { BatchSize = 2 }), 1, before - 1);
        Assert.InRange(Total(small with { MicroBatch = 2 }), 1, before - 1);
        Assert.InRange(Total(small with { Recompute = true }), 1, before - 1);
    }

    [Fact]
    public void The_published_training_fits_a_large_machine_one_sample_at_a_time()
    {
        var published = TrainingConfiguration.Preset("hermes-r");

        Assert.InRange(Total(published), 10L << 30, 12L << 30);
        Assert.InRange(Total(published with { MicroBatch = null, Recompute = false }), 100L << 30, 400L << 30);
    }

    // In MiB, on two threads.
    private static double Estimate(string preset, int width, int side, int batch, int tasks, bool isBranch = false, bool recompute = false)
    {
        var given = TrainingConfiguration.Preset(preset);
        var configuration = given with
        {
            Network = given.Network with { BaseWidth = width },
            PatchSize = side > 0 ? new GridSize(side, side, side) : given.PatchSize,
            BatchSize = batch,
            Recompute = recompute,
        };
        var (bytes, perSample) = TrainingMemory.Of(configuration, tasks, isBranch);
        return (bytes + (perSample * TrainingMemory.SamplesAtOnce(batch, threads: 2))) / (double)(1 << 20);
    }

    private static long Total(TrainingConfiguration configuration)
    {
        var (bytes, perSample) = TrainingMemory.Of(configuration, 4);
        return bytes + (perSample * TrainingMemory.SamplesAtOnce(configuration.AtOnce, 8));
    }
}
