using Hermes.Imaging.Configuration;
using Hermes.Imaging.Prompts;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Training;

namespace Hermes.Model.Tests.Training;

/// <summary>A network that learns on from another begins as that one, by identity of tasks and modalities, and learns all or all but the way down.</summary>
[Collection(TorchCollection.Name)]
public sealed class ChildTrainingTests : IDisposable
{
    private const ulong Seed = 5;

    private static readonly PriorVocabulary Vocabulary = new(["a/new", "one/box", "one/rest"], ["a later one", "ct"]);

    private readonly TrainingConfiguration _configuration = PreparedCases.Configuration("val_steps: 2\n");
    private readonly PreparedCases _cases;
    private readonly ModelPackage _parent;
    private readonly IReadOnlyList<PreparedDataset> _datasets;

    public ChildTrainingTests()
    {
        _cases = new PreparedCases(_configuration, validation: 1);
        var known = _cases.Datasets[0];
        using var trainer = new Trainer(_configuration, new PriorVocabulary(known.Group.Tasks, ["ct"]), [known], 3, "parent");
        trainer.Train(new TrainingHooks());
        trainer.Save(_cases.File("parent"));
        _parent = ModelPackage.Load(ModelPackage.Publish(_cases.File("parent"), _cases.File("parent.package")).Path);
        _datasets = [known, known with { Group = new DatasetPrompt("new", "a later one", [new LabelledTask(1, "a/new")]) }];
    }

    public void Dispose()
    {
        _parent.Dispose();
        _cases.Dispose();
    }

    [Fact]
    public void It_begins_with_all_weights_of_its_parent_and_answers_as_that_does()
    {
        using var trainer = Begin();
        var (child, parent) = (trainer.Network.Trunk, _parent.Network);
        var image = TorchSharp.torch.rand([1, 1, 32, 32, 32], generator: new TorchSharp.torch.Generator(1));
        var prompt = Prompt.For(["one/rest", "one/box"], "ct");

        using var frozen = TorchSharp.torch.no_grad();
        var expected = parent.Forward(image, prompt).MaskLogits.data<float>().ToArray();
        Assert.Equal(expected, child.Forward(image, prompt).MaskLogits.data<float>().ToArray());
        Assert.NotEqual(expected[..100], child.Forward(image, Prompt.For(["a/new", "one/box"], "ct")).MaskLogits.data<float>().ToArray()[..100]);
    }

    [Fact]
    public void All_of_it_learns()
    {
        using var trainer = Begin();
        trainer.Train(new TrainingHooks());

        Assert.All(trainer.Network.Trunk.NamedParameters().Zip(_parent.Network.NamedParameters()).Where(p => p.First.Pieces.Count == 1), Differ);
    }

    [Fact]
    public void With_a_frozen_way_down_only_the_rest_learns_and_its_average_keeps_every_bit()
    {
        using (var trainer = Begin(frozenEncoder: true))
        {
            trainer.Train(new TrainingHooks());
            trainer.Save(_cases.File("child"));
        }

        using var child = ModelPackage.Load(ModelPackage.Publish(_cases.File("child"), _cases.File("child.package")).Path);
        var pairs = child.Network.NamedParameters().Zip(_parent.Network.NamedParameters()).Where(p => p.First.Pieces.Count == 1).ToLookup(
            p => p.First.Name.StartsWith("inc.", StringComparison.Ordinal) || p.First.Name.StartsWith("down", StringComparison.Ordinal));
        Assert.All(pairs[true], p => Assert.Equal(Bits(p.Second), Bits(p.First)));
        Assert.All(pairs[false], Differ);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resuming_equals_never_stopping(bool frozenEncoder)
    {
        using (var undisturbed = Begin(frozenEncoder))
        {
            Assert.True(undisturbed.Train(new TrainingHooks()));
            undisturbed.Save(_cases.File("undisturbed"));
        }

        using (var stopped = Begin(frozenEncoder))
        {
            Assert.False(stopped.Train(new TrainingHooks { BetweenSteps = trainer => trainer.Steps < 3 }));
            stopped.Save(_cases.File("half"));
        }

        using (var resumed = Trainer.Resume(_cases.File("half"), _datasets))
        {
            Assert.True(resumed.Train(new TrainingHooks()));
            resumed.Save(_cases.File("resumed"));
        }

        Assert.Equal(File.ReadAllBytes(_cases.File("undisturbed")), File.ReadAllBytes(_cases.File("resumed")));
    }

    private Trainer Begin(bool frozenEncoder = false) => new(_parent, _configuration, Vocabulary, frozenEncoder, _datasets, Seed, "run");

    private static void Differ((NetworkParameter Child, NetworkParameter Parent) pair) => Assert.NotEqual(Bits(pair.Parent), Bits(pair.Child));

    private static float[] Bits(NetworkParameter parameter)
    {
        using var values = parameter.Read();
        return [.. values.contiguous().data<float>().ToArray()];
    }
}
