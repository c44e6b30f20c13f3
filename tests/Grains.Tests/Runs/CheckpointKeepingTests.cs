using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Runs;

namespace Hermes.Grains.Tests.Runs;

/// <summary>Which metrics a run has: every step once, in few stretches.</summary>
public sealed class CheckpointKeepingTests
{
    [Fact]
    public void A_stretch_that_grew_is_in_place_of_the_shorter_one_which_is_discarded()
    {
        var record = new RunRecord().WithMetrics(Stretch(1, 2)).WithMetrics(Stretch(1, 4)).WithMetrics(Stretch(5, 6));

        Assert.Equal([Stretch(1, 4), Stretch(5, 6)], record.Metrics);
        Assert.Equal([Stretch(1, 2).Blob], record.Discarded);
    }

    [Fact]
    public void Of_steps_that_were_passed_again_the_later_pass_counts_and_the_steps_before_are_kept()
    {
        var record = new RunRecord().WithMetrics(Stretch(1, 9)).WithMetrics(Stretch(5, 7));

        Assert.Equal([Stretch(1, 9) with { LastStep = 4 }, Stretch(5, 7)], record.Metrics);
        Assert.Empty(record.Discarded);
    }

    [Fact]
    public void What_a_lost_worker_did_after_the_last_checkpoint_does_not_count()
    {
        var record = new RunRecord { Checkpoints = [new CheckpointHead(3, Blob("checkpoint"), null)] }.WithMetrics(Stretch(1, 5)).WithMetrics(Stretch(6, 7));

        Assert.Equal([Stretch(1, 5) with { LastStep = 3 }], record.AtLastCheckpoint().Metrics);
    }

    [Fact]
    public void Of_its_samples_a_few_are_kept_over_all_of_its_steps_and_none_of_what_does_not_count()
    {
        var record = new RunRecord { Checkpoints = [new CheckpointHead(400, Blob("checkpoint"), null)] };
        foreach (var step in Enumerable.Range(1, 50))
        {
            record = record.WithSamples(Strip(10 * step));
        }

        Assert.Equal(RunTrend.MostSamples, record.Samples.Count);
        Assert.Equal((10, 500), (record.Samples[0].Step, record.Samples[^1].Step));
        Assert.All(record.Samples.Zip(record.Samples.Skip(1)), pair => Assert.InRange(pair.Second.Step - pair.First.Step, 10, 200));
        var back = record.AtLastCheckpoint();
        Assert.Equal(record.Samples.Where(s => s.Step <= 400), back.Samples);
        Assert.Equal([.. back.Samples.Where(s => s.Step < 390), Strip(390)], back.WithSamples(Strip(390)).Samples);

        static SampleStrip Strip(int step) => new(step, [], Blob($"strip {step}"));
    }

    private static MetricsChunk Stretch(int first, int last) => new(first, last, Blob($"{first}-{last}"));

    private static BlobRef Blob(string content) => new(Names.DefaultSite, content.PadRight(64), 1, MediaTypes.JsonLines);
}
