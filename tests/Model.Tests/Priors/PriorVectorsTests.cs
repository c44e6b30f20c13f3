using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Priors;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Priors;

[Collection(TorchCollection.Name)]
public sealed class PriorVectorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tiny")]
    [InlineData("small-m")]
    public void The_rows_of_a_version_are_those_that_its_trunk_and_branches_learned_without_the_reserve(string preset)
    {
        using var generator = new Generator(4);
        var configuration = TrainingConfiguration.Preset(preset);
        var group = new DatasetPrompt("one", "ct", [new LabelledTask(1, "one/liver"), new LabelledTask(2, "one/spleen")]);
        using var network = HermesNetwork.Create(configuration.Network, new PriorVocabulary(group.Tasks, ["ct"]), generator);
        var trunk = Write("trunk", network.NamedParameters(), new ModelDescription
        {
            Tasks = [.. group.Tasks], Modalities = ["ct"], PromptGroups = [group], Configuration = configuration.ToJson(), Plan = configuration.Plan().ToJson(), Steps = 0,
        }.Metadata());
        using var package = ModelPackage.Load(trunk);
        var description = BranchDescription.Of(package, new DatasetPrompt("two", "pet", [new LabelledTask(1, "two/lesion")]), ownsStages: true, configuration);
        using var branch = new Branch(network, new PriorVocabulary(description.Tasks, description.Modalities), ownsStages: true, generator);
        var file = Write("branch", branch.NamedParameters(), description.Metadata());

        var (its, brought) = (PriorVectors.OfTrunk(trunk), PriorVectors.OfBranch(file));
        var tasks = PriorVectors.Together([its.Tasks, brought.Tasks, brought.Tasks]);
        var modalities = PriorVectors.Together([its.Modalities, brought.Modalities, brought.Modalities]);

        Assert.Equal(["one/liver", "one/spleen", "two/lesion"], tasks.Names);
        Assert.Equal(["ct", "pet"], modalities.Names);
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            using var scope = NewDisposeScope();
            Assert.Equal(network.Priors.TaskPriors(scale)[1].data<float>(), tasks.Stages[scale][1]);
            Assert.Equal(branch.TaskRows(scale)![0].data<float>(), tasks.Stages[scale][2]);
            var mean = branch.ModalityRows(scale)!.mean([1])[0].data<float>().ToArray();
            Assert.All(mean.Zip(modalities.Stages[scale][1]), p => Assert.Equal(p.First, p.Second, 1e-5f));
        }

        Assert.Equal(configuration.Network.PosteriorWidth, tasks.Combined[0].Length);
    }

    [Fact]
    public void What_is_no_package_and_a_table_without_enough_rows_are_refused()
    {
        var group = new DatasetPrompt("one", "ct", [new LabelledTask(1, "one/liver")]);
        var configuration = TrainingConfiguration.Preset("tiny");
        var description = new ModelDescription
        {
            Tasks = ["one/liver", "one/spleen", "one/heart"],
            Modalities = [],
            PromptGroups = [group],
            Configuration = configuration.ToJson(),
            Plan = configuration.Plan().ToJson(),
            Steps = 0,
        };
        var few = _folder.At("few");
        static string Table(int scale) => OfficialNames.TaskPriors(Architecture.ResUNet, scale);
        SafetensorsWriter.Write(few, description.Metadata(),
        [
            .. Enumerable.Range(0, PriorPool.Scales).Select(scale => new SafetensorsTensor(Table(scale), SafetensorsType.F32, [2, 4], take => take(new byte[32]))),
        ]);
        var other = _folder.At("other");
        SafetensorsWriter.Write(other, new Dictionary<string, string>(), []);

        Assert.Contains("2 rows for 3 names", Assert.Throws<InvalidDataException>(() => PriorVectors.OfTrunk(few)).Message, StringComparison.Ordinal);
        Assert.Contains("is not a model package", Assert.Throws<InvalidDataException>(() => PriorVectors.OfTrunk(other)).Message, StringComparison.Ordinal);
    }

    private string Write(string name, IReadOnlyList<NetworkParameter> parameters, IReadOnlyDictionary<string, string> metadata)
    {
        var path = _folder.At(name);
        SafetensorsWriter.Write(path, metadata, [.. parameters.Select(p => new SafetensorsTensor(p.Name, SafetensorsType.F32, p.Shape, take =>
        {
            using var values = p.Read();
            take(values.contiguous().bytes);
        }))]);
        return path;
    }
}
