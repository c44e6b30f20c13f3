using System.Runtime.InteropServices;
using Hermes.Imaging.Configuration;
using Hermes.Model.Checkpoints;
using Hermes.Model.Training;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class BatchLearnerTests
{
    private const ulong Seed = 5;
    private const int Steps = 4;

    [Theory]
    [InlineData("resunet", "fp32", 4, 2, null)]
    [InlineData("resunet", "bf16", 5, 2, 1)]
    [InlineData("resunet", "fp32", 5, 3, null, true)]
    [InlineData("resunet", "fp32", 5, 3, null, true, true)]
    [InlineData("medformer", "fp32", 4, 2, 1)]
    public void Helpers_change_no_bit_whether_they_are_in_from_the_start_come_late_or_are_lost(
        string architecture, string precision, int batch, int devices, int? microBatch, bool paperFaithful = false, bool asAccelerator = false)
    {
        var configuration = Configuration(architecture, precision, batch, microBatch) with { PaperFaithful = paperFaithful };
        using var cases = new PreparedCases(configuration);
        string[] digests =
        [
            Learned(cases, configuration, devices, "alone", null, asAccelerator),
            .. new (int First, int Lost)[] { (0, Steps), (2, Steps), (1, 2) }.Select(helped => Learned(
                cases, configuration, devices, $"from {helped.First} to {helped.Lost}",
                trainer => new HelpersHere(cases, configuration, trainer) { First = helped.First, Lost = helped.Lost }, asAccelerator)),
        ];
        Assert.Single(digests.Distinct());
    }

    [Theory]
    [InlineData("resunet")]
    [InlineData("medformer")]
    public void Two_devices_learn_what_one_learns_with_accumulation(string architecture)
    {
        var configuration = Configuration(architecture, "fp32", 4, microBatch: 2);
        using var cases = new PreparedCases(configuration);
        double[] Numbers(int devices)
        {
            using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run") { Devices = devices };
            using var helpers = new HelpersHere(cases, configuration, trainer);
            trainer.Helpers = devices > 1 ? helpers : null;
            var steps = Enumerable.Range(0, 3).Select(_ => trainer.Step()).ToList();
            Assert.Equal(devices > 1 ? 3 : 0, helpers.Batches);
            return [.. steps.SelectMany(step => (double[])[step.Loss, step.SegmentationLoss, step.ModalityLoss, step.GradientNorm])];
        }

        Assert.All(Numbers(1).Zip(Numbers(2)), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * Math.Abs(pair.First)));
    }

    [Fact]
    public void A_device_cuts_the_patches_of_its_own_share_only_and_knows_what_the_others_ask()
    {
        var configuration = Configuration("resunet", "fp32", 5, microBatch: null);
        using var cases = new PreparedCases(configuration);
        var batches = new PatchBatches(configuration, cases.Datasets, Seed);
        var whole = batches.Make(3);
        var share = batches.Make(3, 2..5);
        var voxels = configuration.PatchSize.VoxelCount;

        Assert.Equal(whole.Images[(2 * voxels)..], share.Images);
        Assert.Equal(whole.Channels[(2 * voxels)..], share.Channels);
        Assert.Equal((whole.Pairs, whole.KnownModalities), (share.Pairs, share.KnownModalities));
        Assert.Equal(whole.Cases.AsEnumerable(), share.Cases);
        Assert.Equal(whole.Part(3, 2).Images, share.Part(3, 2).Images);
    }

    [Fact]
    public void A_batch_is_not_shared_out_among_more_devices_than_it_has_samples()
    {
        var configuration = Configuration("resunet", "fp32", 2, microBatch: null);
        using var cases = new PreparedCases(configuration);

        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run") { Devices = 3 });
    }

    [Fact]
    public void A_checkpoint_says_among_how_many_devices_a_batch_was_shared_out()
    {
        var configuration = Configuration("resunet", "fp32", 2, microBatch: null);
        using var cases = new PreparedCases(configuration);
        Learned(cases, configuration, 2, "two", null);
        var said = new List<string>();

        Trainer.Resume(cases.File("two"), cases.Datasets, devices: 2, log: said.Add).Dispose();
        Assert.Empty(said);
        Trainer.Resume(cases.File("two"), cases.Datasets, log: said.Add).Dispose();
        Assert.Contains("2 devices", Assert.Single(said), StringComparison.Ordinal);
    }

    private static TrainingConfiguration Configuration(string architecture, string precision, int batch, int? microBatch) =>
        PreparedCases.Configuration($"arch: {architecture}\nprecision: {precision}\n").WithSteps(Steps) with { BatchSize = batch, MicroBatch = microBatch };

    private static string Learned(
        PreparedCases cases, TrainingConfiguration configuration, int devices, string name, Func<Trainer, HelpersHere>? helped, bool asAccelerator = false)
    {
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run") { Devices = devices, AsAccelerator = asAccelerator };
        using var helpers = helped?.Invoke(trainer);
        trainer.Helpers = helpers;
        trainer.Train(new TrainingHooks());
        Assert.Equal(helpers is null ? 0 : helpers.Lost - helpers.First, helpers?.Batches ?? 0);
        trainer.Save(cases.File(name));
        return ModelPackage.Publish(cases.File(name), cases.File($"{name}.package")).Sha256;
    }

    /// <summary>Trainers that learn their shares on this thread, when they are waited for; in for batches <see cref="First"/> to before <see cref="Lost"/>.</summary>
    private sealed class HelpersHere : ITrainingHelpers, IDisposable
    {
        private readonly Trainer _first;
        private readonly Trainer[] _others;
        private readonly nint _memory;
        private int _batch;
        private bool _areLost;

        public HelpersHere(PreparedCases cases, TrainingConfiguration configuration, Trainer first)
        {
            _first = first;
            _others = new Trainer[first.Devices - 1];
            for (var i = 0; i < _others.Length; i++)
            {
                _others[i] = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run") { Devices = first.Devices };
            }

            _memory = Marshal.AllocHGlobal((nint)first.SharedSizes.Bytes);
            Memory = new SharedStep(_memory, first.SharedSizes);
        }

        public int First { get; init; }

        public int Lost { get; init; } = int.MaxValue;

        public int Batches { get; private set; }

        public bool AreIn => _first.Steps >= First && !_areLost;

        public SharedStep Memory { get; }

        public void Begin(int batch) => _batch = batch;

        public bool End()
        {
            if (_batch >= Lost)
            {
                _areLost = true;
                return false;
            }

            foreach (var (place, other) in _others.Index())
            {
                other.Help(_batch, place + 1, Memory);
            }

            Batches++;
            return true;
        }

        public void Dispose()
        {
            foreach (var other in _others)
            {
                other.Dispose();
            }

            Marshal.FreeHGlobal(_memory);
        }
    }
}
