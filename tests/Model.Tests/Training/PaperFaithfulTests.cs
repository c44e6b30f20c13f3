using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;
using Hermes.Model.Network;
using Hermes.Model.Training;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Training;

/// <summary>The faults of the published code that <c>paper_faithful</c> brings back, each beside what happens without it (docs/paper-faithful.md).</summary>
[Collection(TorchCollection.Name)]
public sealed class PaperFaithfulTests
{
    private const ulong Seed = 3;

    [Fact]
    public void The_last_places_of_an_axis_are_never_drawn()
    {
        // A block of 6 for a patch of 4, in axes of 10, 5 and 4.
        var crop = new PublishedCrop(new GridSize(4, 4, 4), new GridSize(1, 1, 1));
        var volume = new GridSize(10, 5, 4);
        var (blocks, anywhere, centred) = (new HashSet<GridSize>(), new HashSet<GridSize>(), new HashSet<GridSize>());
        for (ulong sample = 0; sample < 500; sample++)
        {
            var generator = new CounterGenerator(1, 0, sample);
            var block = crop.DrawBlock(volume, ref generator);
            blocks.Add(block.Start);
            Assert.Equal(new GridSize(6, 5, 4), block.Size);
            anywhere.Add(crop.PatchIn(block, isCentred: false, ref generator));
            centred.Add(crop.PatchIn(block, isCentred: true, ref generator));
        }

        Assert.Equal([0, 1, 2, 3], blocks.Select(start => start.Depth).Order());
        Assert.Equal([0, 1, 2, 3, 4], anywhere.Select(start => start.Depth).Order());
        Assert.Equal([1, 2, 3, 4], centred.Select(start => start.Depth).Order());
        Assert.All([.. blocks, .. anywhere, .. centred], start => Assert.Equal((0, 0), (start.Height, start.Width)));
    }

    [Theory]
    [InlineData("", 8)]
    [InlineData("paper_faithful: true\n", 7)]
    public void Patches_end_before_the_border(string more, int last)
    {
        // The volumes are 40 wide and the patches 32; a block 30 larger is the whole volume.
        var configuration = PreparedCases.Configuration($"foreground: 0\naffine_prob: 0\nintensity_prob: {{other: 0}}\nbatch_size: 8\n{more}");
        using var cases = new PreparedCases(configuration, cases: 1);
        var batches = new PatchBatches(configuration, cases.Datasets, Seed);
        var volume = cases.Datasets[0].Training[0];
        var columns = new float[volume.Size.Width];
        volume.CopyImage(0, 0, 0, new GridSize(1, 1, columns.Length), columns);
        var starts = new HashSet<int>();
        for (var number = 0; number < 60; number++)
        {
            var batch = batches.Make(number);
            for (var i = 0; i < batch.Samples.Length; i++)
            {
                // Noise tells where a patch lies that begins in the first plane and row.
                starts.Add(Array.IndexOf(columns, batch.Images[i * 32 * 32 * 32]));
            }
        }

        starts.Remove(-1);
        Assert.Equal(Enumerable.Range(0, last + 1), starts.Order());
    }

    [Fact]
    public void A_transform_of_a_block_that_is_no_cube_shears_it()
    {
        var turn = new SpatialTransform([1, 0, 0, 0, 0, -1, 0, 1, 0]);

        Assert.Equal(turn.Rows, turn.InNormalisedCoordinates(new GridSize(9, 31, 31)).Rows);
        Assert.Equal([1.0, 0, 0, 0, 0, -0.5, 0, 2, 0], turn.InNormalisedCoordinates(new GridSize(9, 11, 21)).Rows);
    }

    [Fact]
    public void A_sample_is_padded_as_far_as_its_mates_and_the_padding_takes_part_in_attention()
    {
        var ours = PreparedCases.Configuration("batch_size: 6\n");
        using var cases = new PreparedCases(ours);
        using var generator = new Generator(Seed);
        using var network = HermesNetwork.Create(ours.Network, PreparedCases.Vocabulary, generator);

        float Difference(TrainingConfiguration configuration)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var batch = new PatchBatches(configuration, cases.Datasets, Seed).Make(0);
            // Of the dataset with one task, in a batch in which another has two.
            var place = Enumerable.Range(0, batch.Samples.Length).First(i => batch.Samples[i].Tasks.Length == 1);
            Assert.Contains(batch.Samples, sample => sample.Tasks.Length == 2);
            var alone = BatchTensors.From(batch.Part(place, 1) with { SharedWidth = null }, configuration.PatchSize, PreparedCases.Vocabulary, CPU);
            var mated = BatchTensors.From(batch.Part(place, 1), configuration.PatchSize, PreparedCases.Vocabulary, CPU);
            Assert.Equal(configuration.PaperFaithful ? 3 : 2, mated.Prompt.Width);
            Assert.Equal(1, mated.Valid.sum().item<float>());
            Tensor Logits(BatchTensors tensors) => network.Forward(tensors.Images, tensors.Prompt).MaskLogits.narrow(1, 0, 1);
            return (Logits(alone) - Logits(mated)).abs().max().item<float>();
        }

        Assert.Equal(0, Difference(ours));
        Assert.True(Difference(ours with { ForegroundShare = 0, PaperFaithful = true }) > 1e-3);
    }

    [Fact]
    public void A_step_with_mates_learns_and_repeats_itself_whatever_is_learned_at_once()
    {
        var configuration = PreparedCases.Configuration("batch_size: 4\n").PaperFaithfully() with { Epochs = 3 };
        using var cases = new PreparedCases(configuration);
        double[] Losses(int? microBatch)
        {
            using var trainer = new Trainer(configuration with { MicroBatch = microBatch }, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");
            return [.. Enumerable.Range(0, 2).Select(_ => trainer.Step().Loss)];
        }

        var whole = Losses(null);

        Assert.Equal(whole, Losses(null));
        Assert.All(whole.Zip(Losses(1)), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void A_voxel_of_a_validation_may_belong_to_several_tasks()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration, validation: 1);
        double Found(TrainingConfiguration configuration)
        {
            using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");
            return trainer.Validate()!.Cases.SelectMany(one => one.Scores).Sum(score => score.ReferenceMl - score.FalseNegativeMl + score.FalsePositiveMl);
        }

        Assert.True(Found(configuration with { PaperFaithful = true }) > Found(configuration));
    }
}
