using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;
using Hermes.Model.Checkpoints;
using Hermes.Model.Inference;
using Hermes.Model.Network;
using Hermes.Model.Training;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Training;

/// <summary>A branch is learned on a trunk that stays as it is, and is made of nothing but trunk, cases, configuration and seed.</summary>
[Collection(TorchCollection.Name)]
public sealed class BranchTrainingTests : IDisposable
{
    private const ulong Seed = 5;

    private readonly TrainingConfiguration _configuration = PreparedCases.Configuration("val_steps: 2\npet_peaks: kept\n");
    private readonly PreparedCases _cases;
    private readonly ModelPackage _trunk;
    private readonly PreparedDataset _new;

    public BranchTrainingTests()
    {
        _cases = new PreparedCases(_configuration, validation: 1);
        var known = _cases.Datasets[0];
        using var trainer = new Trainer(_configuration, new PriorVocabulary(known.Group.Tasks, ["ct"]), [known], 3, "trunk");
        trainer.Train(new TrainingHooks());
        trainer.Save(_cases.File("trunk"));
        _trunk = ModelPackage.Load(ModelPackage.Publish(_cases.File("trunk"), _cases.File("trunk.package")).Path);
        var group = new DatasetPrompt("new", "pet", [new LabelledTask(1, "new/box"), new LabelledTask(3, "one/rest")]);
        _new = known with { Group = group };
    }

    public void Dispose()
    {
        _trunk.Dispose();
        _cases.Dispose();
    }

    [Fact]
    public void It_owns_a_prior_for_what_the_trunk_has_none_for()
    {
        var branch = Description();

        Assert.Equal(["new/box"], branch.Tasks);
        Assert.Equal(["pet"], branch.Modalities);
        Assert.Equal(branch.ToJson(), BranchDescription.FromJson(branch.ToJson()).ToJson());
    }

    [Fact]
    public void A_trunk_from_before_peaks_of_PET_were_kept_grows_with_the_plan_it_has()
    {
        var before = _configuration with { KeepsPetPeaks = false };
        using var cases = new PreparedCases(before);
        using (var trainer = new Trainer(before.WithSteps(1), new PriorVocabulary(cases.Datasets[0].Group.Tasks, ["ct"]), [cases.Datasets[0]], 3, "trunk"))
        {
            trainer.Train(new TrainingHooks());
            trainer.Save(cases.File("trunk"));
        }

        using var trunk = ModelPackage.Load(ModelPackage.Publish(cases.File("trunk"), cases.File("trunk.package")).Path);
        var description = BranchDescription.Of(trunk, _new.Group, true, trunk.Configuration.WithSteps(1));
        using var grown = new Trainer(trunk, description, [cases.Datasets[0] with { Group = _new.Group }], Seed, "run");
        grown.Train(new TrainingHooks());

        Assert.DoesNotContain("peaks", trunk.Description.Configuration + trunk.Description.Plan + description.Configuration, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(IntensityRule.Percentiles, trunk.Plan.RuleOf("pet"));
        Assert.Equal(IntensityRule.Peaks, _trunk.Plan.RuleOf("pet"));
        Assert.Contains("differently", Assert.Throws<ArgumentException>(() => BranchDescription.Of(trunk, _new.Group, true, _configuration)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Stages_that_are_computed_again_give_the_same_bits(bool ownsStages)
    {
        float[] Learned(bool recompute)
        {
            var description = BranchDescription.Of(_trunk, _new.Group, ownsStages, (_configuration with { Recompute = recompute }).WithSteps(2));
            using var trainer = new Trainer(_trunk, description, [_new], Seed, "run");
            trainer.Train(new TrainingHooks());
            return Bits(trainer.Network.Branch!);
        }

        Assert.Equal(Learned(false), Learned(true));
    }

    [Fact]
    public void The_trunk_keeps_every_bit_and_the_branch_learns()
    {
        var before = Bits(_trunk.Network);
        var losses = new List<double>();

        using (var trainer = new Trainer(_trunk, Description(_configuration.WithSteps(30)), [_new], Seed, "run"))
        {
            var untrained = Bits(trainer.Network.Branch!);
            trainer.Train(new TrainingHooks { Stepped = metrics => losses.Add(metrics.SegmentationLoss) });
            Assert.NotEqual(untrained, Bits(trainer.Network.Branch!));
        }

        Assert.Equal(before, Bits(_trunk.Network));
        Assert.All(_trunk.Network.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.True(losses[^5..].Average() < 0.8 * losses[..5].Average(), string.Join(" ", losses));
    }

    [Fact]
    public void Resuming_equals_never_stopping()
    {
        using (var undisturbed = new Trainer(_trunk, Description(), [_new], Seed, "run"))
        {
            Assert.True(undisturbed.Train(new TrainingHooks()));
            undisturbed.Save(_cases.File("undisturbed"));
        }

        using (var stopped = new Trainer(_trunk, Description(), [_new], Seed, "run"))
        {
            Assert.False(stopped.Train(new TrainingHooks { BetweenSteps = trainer => trainer.Steps < 3 }));
            stopped.Save(_cases.File("half"));
        }

        using (var resumed = Trainer.Resume(_cases.File("half"), [_new], trunk: _trunk))
        {
            Assert.Equal(3, resumed.Steps);
            Assert.True(resumed.Train(new TrainingHooks()));
            resumed.Save(_cases.File("resumed"));
        }

        Assert.Equal(File.ReadAllBytes(_cases.File("undisturbed")), File.ReadAllBytes(_cases.File("resumed")));
        Assert.True(new FileInfo(_cases.File("resumed")).Length < new FileInfo(_cases.File("trunk")).Length / 4);
    }

    [Fact]
    public void Its_package_depends_on_the_seed_and_not_on_the_run()
    {
        var first = Package("monday");
        var again = Package("tuesday");
        var other = Package("monday", Seed + 1);

        Assert.Equal(first.Sha256, again.Sha256);
        Assert.NotEqual(first.Sha256, other.Sha256);
    }

    [Fact]
    public void The_number_of_threads_does_not_show_where_there_are_as_many_lanes()
    {
        var threads = get_num_threads();
        try
        {
            string[] digests = [.. new[] { 1, 2 }.Select(count =>
            {
                set_num_threads(count);
                return Package($"threads {count}", batch: 4).Sha256;
            })];

            Assert.Equal(digests[0], digests[1]);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Its_gradients_are_those_that_it_has_in_a_network_that_learns_as_a_whole()
    {
        using var scope = NewDisposeScope();
        using var trainer = new Trainer(_trunk, Description(), [_new], Seed, "run");
        var network = trainer.Network;
        var tensors = BatchTensors.From(trainer.MakeBatch(0), _configuration.PatchSize, network.Trunk.Priors.Vocabulary, CPU);

        var alone = Gradients();
        foreach (var parameter in network.Trunk.parameters())
        {
            parameter.requires_grad = true;
        }

        var together = Gradients();

        Assert.All(alone, gradient => Assert.Contains(gradient, value => value != 0));
        Assert.Equal(together, alone);
        Assert.Contains(network.Trunk.parameters(), parameter => parameter.grad is not null);

        List<float[]> Gradients()
        {
            var output = network.Forward(tensors.Images, tensors.Prompt);
            (var crossEntropy, var tversky) = Losses.Segmentation(output.MaskLogits, tensors.Targets, tensors.Valid);
            (crossEntropy + tversky).backward();
            List<float[]> found = [.. network.Learned.Select(parameter => parameter.Gradient()!.contiguous().data<float>().ToArray())];
            foreach (var parameter in network.Learner.parameters())
            {
                parameter.grad = null;
            }

            return found;
        }
    }

    [Fact]
    public void A_segmenter_asks_the_trunk_with_the_groups_own_branch()
    {
        using var branch = BranchPackage.Load(Package("run").Path, _trunk);
        var image = new Volume<float>(Geometries.Of(34, 33, 40, new Point3(2, 2, 2), Orientation.Ras, default), new float[34 * 33 * 40]);
        for (var voxel = 0; voxel < image.Voxels.Length; voxel++)
        {
            image.Voxels[voxel] = voxel % 97;
        }

        var old = PromptedTasks.Of(_cases.Datasets[0].Group);
        var before = new Segmenter(_trunk).Segment(image, new Question(old)).LabelMap!.Voxels;
        var grown = new Segmenter(_trunk).Segment(image, new Question(PromptedTasks.Of(_new.Group), branch)).LabelMap!;

        Assert.Equal(image.Geometry, grown.Geometry);
        Assert.Equal(before, new Segmenter(_trunk).Segment(image, new Question(old)).LabelMap!.Voxels);
        var refusal = Assert.Throws<ArgumentException>(() => new Segmenter(_trunk).Segment(image, new Question(PromptedTasks.Of(_new.Group))));
        Assert.Contains("'new/box'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_is_refused_beside_another_trunk_and_where_it_is_none()
    {
        var written = Package("run").Path;
        using var other = ModelPackage.Load(ModelPackage.Publish(Renamed(), _cases.File("other.package")).Path);

        Refused(() => BranchPackage.Load(written, other), _trunk.Digest);
        Refused(() => Trainer.Resume(_cases.File("run"), [_new], trunk: other), _trunk.Digest);
        Refused(() => Trainer.Resume(_cases.File("run"), [_new]), _trunk.Digest);
        Refused(() => BranchPackage.Load(_cases.File("trunk.package"), _trunk), "is not a branch");
        Refused(() => BranchPackage.Publish(_cases.File("trunk"), _cases.File("none")), "not the checkpoint of a branch");
        Refused(() => ModelPackage.Publish(_cases.File("run"), _cases.File("none")), "checkpoint of a branch");
        Refused(() => ModelPackage.Load(written), "is not a model package");

        static void Refused(Action load, string sentence) => Assert.Contains(sentence, Assert.Throws<InvalidDataException>(load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_that_would_learn_nothing_is_refused()
    {
        var known = _cases.Datasets[0].Group with { Name = "again" };

        var refusal = Assert.Throws<ArgumentException>(() => BranchDescription.Of(_trunk, known, false, _configuration));

        Assert.Contains("nothing to learn", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(BranchDescription.Of(_trunk, known, true, _configuration).Tasks);
    }

    [Fact]
    public void A_prior_begins_as_the_one_that_is_named_and_as_no_other()
    {
        var like = new Dictionary<string, string> { ["new/box"] = "one/box" };
        using var trainer = new Trainer(_trunk, BranchDescription.Of(_trunk, _new.Group, true, _configuration, like), [_new], Seed, "run");
        using var scope = NewDisposeScope();

        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            var old = _trunk.Network.Priors.TaskPriors(scale)[_trunk.Network.Priors.Vocabulary.TaskRow("one/box")];
            Assert.Equal(old.data<float>().ToArray(), trainer.Network.Branch!.TaskRows(scale)![0].data<float>().ToArray());
        }

        Refused(new Dictionary<string, string> { ["one/rest"] = "one/box" }, "'one/rest'");
        Refused(new Dictionary<string, string> { ["new/box"] = "two/box" }, "'two/box'");

        void Refused(Dictionary<string, string> initial, string task) => Assert.Contains(
            task, Assert.Throws<ArgumentException>(() => BranchDescription.Of(_trunk, _new.Group, true, _configuration, initial)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_begins_as_another_branch_and_goes_on_from_a_checkpoint_without_it()
    {
        using var start = BranchPackage.Load(Package("other").Path, _trunk);
        var group = new DatasetPrompt("~new/rest", "pet", [new LabelledTask(3, "~new/rest")]);
        var dataset = _new with { Group = group };
        var description = BranchDescription.Of(
            _trunk, group, true, _configuration.WithSteps(4), new Dictionary<string, string> { ["~new/rest"] = "new/box" }, start);
        using var scope = NewDisposeScope();

        using var trainer = new Trainer(_trunk, description, [dataset], Seed, "run", start);
        var branch = trainer.Network.Branch!;
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            Assert.Equal(start.Branch.TaskRows(scale)!.data<float>().ToArray(), branch.TaskRows(scale)!.data<float>().ToArray());
            Assert.Equal(start.Branch.ModalityRows(scale)!.data<float>().ToArray(), branch.ModalityRows(scale)!.data<float>().ToArray());
        }

        Assert.Equal(Bits(start.Branch.Up3!), Bits(branch.Up3!));
        Assert.Equal(Bits(start.Branch.Up4!), Bits(branch.Up4!));
        Assert.NotEqual(Bits(_trunk.Network.Up4), Bits(branch.Up4!));
        Assert.Contains("begins as", Assert.Throws<ArgumentException>(() => new Trainer(_trunk, description, [dataset], Seed, "run")).Message, StringComparison.Ordinal);

        trainer.Step();
        trainer.Save(_cases.File("begun"));
        trainer.Train(new TrainingHooks());
        using var resumed = Trainer.Resume(_cases.File("begun"), [dataset], trunk: _trunk);
        resumed.Train(new TrainingHooks());
        Assert.Equal(Bits(branch), Bits(resumed.Network.Branch!));
    }

    [Fact]
    public void Two_groups_learn_one_branch_and_each_is_validated_by_its_own_task()
    {
        var (one, other) = (Only("new/box", 1), Only("one/rest", 3));
        var description = BranchDescription.Of(_trunk, one.Group, true, _configuration.WithSteps(4), beside: other.Group);
        Assert.Equal(["~new/box", "~one/rest"], description.Tasks);
        Assert.Throws<ArgumentException>(() => new Trainer(_trunk, description, [one], Seed, "run"));

        using var trainer = new Trainer(_trunk, description, [other, one], Seed, "run");
        var before = Bits(trainer.Network.Branch!);
        trainer.Step();
        trainer.Save(_cases.File("together"));
        trainer.Train(new TrainingHooks());

        Assert.NotEqual(before, Bits(trainer.Network.Branch!));
        Assert.Equal(["~new/box", "~one/rest"], trainer.Validate()!.Dice.Tasks.Select(t => t.Task).Order(StringComparer.Ordinal));
        using var resumed = Trainer.Resume(_cases.File("together"), [one, other], trunk: _trunk);
        resumed.Train(new TrainingHooks());
        Assert.Equal(Bits(trainer.Network.Branch!), Bits(resumed.Network.Branch!));

        PreparedDataset Only(string task, ushort value) => _new with { Group = new DatasetPrompt($"~{task}", "pet", [new LabelledTask(value, $"~{task}")]) };
    }

    [Fact]
    public void A_configuration_of_another_network_or_other_preprocessing_is_refused()
    {
        Refused(_configuration with { Network = _configuration.Network with { BaseWidth = 16 } }, "another network");
        Refused(_configuration with { Spacing = Hermes.Imaging.Preprocessing.GridSpacing.Isotropic(3) }, "plan");

        void Refused(TrainingConfiguration configuration, string sentence) =>
            Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => Description(configuration)).Message, StringComparison.Ordinal);
    }

    private BranchDescription Description(TrainingConfiguration? configuration = null) => BranchDescription.Of(
        _trunk, _new.Group, true, configuration ?? _configuration);

    private WrittenFile Package(string run, ulong seed = Seed, int batch = 2)
    {
        using var trainer = new Trainer(_trunk, Description(_configuration.WithSteps(2) with { BatchSize = batch }), [_new], seed, run);
        trainer.Train(new TrainingHooks());
        trainer.Save(_cases.File(run));
        return BranchPackage.Publish(_cases.File(run), _cases.File($"{run}.package"));
    }

    // The same network of other weights.
    private string Renamed()
    {
        using var trainer = new Trainer(_configuration, new PriorVocabulary(_cases.Datasets[0].Group.Tasks, ["ct"]), [_cases.Datasets[0]], 4, "other");
        trainer.Save(_cases.File("other"));
        return _cases.File("other");
    }

    private static float[] Bits(nn.Module module) => [.. module.parameters().SelectMany(parameter => parameter.detach().contiguous().data<float>().ToArray())];
}
