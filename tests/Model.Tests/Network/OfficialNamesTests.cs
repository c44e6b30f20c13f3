using Hermes.Imaging.Configuration;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Network;

[Collection(TorchCollection.Name)]
public sealed class OfficialNamesTests
{
    [SkippableTheory]
    [InlineData(Architecture.ResUNet, "hermes_r_state_dict.tsv", 405, 60_884_998)]
    [InlineData(Architecture.MedFormer, "hermes_m_state_dict.tsv", 398, 47_129_990)]
    public void Names_and_shapes_equal_the_official_state_dict(Architecture architecture, string table, int tensors, long parameters)
    {
        var path = SharedFolder.Require("guides", table);
        using var scope = NewDisposeScope();
        using var network = Published(architecture);

        string[] found = [.. network.NamedParameters().Select(parameter => $"{parameter.Name}\t({string.Join(", ", parameter.Shape)}{(parameter.Shape.Length == 1 ? "," : "")})")];

        Assert.Equal(File.ReadAllLines(path).Where(line => line.Length > 0), found);
        Assert.Equal(tensors, found.Length);
        Assert.Equal(parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void Hidden_units_of_the_prototypes_can_be_more_than_the_channels()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var network = HermesNetwork.Create(
            new NetworkConfiguration { BaseWidth = 8, PrototypeHiddenWidth = 32 }, new PriorVocabulary(["a/x", "a/y"], ["ct"]), generator);

        var shapes = network.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => string.Join(" ", parameter.Shape));
        var masks = network.Forward(zeros([1, 1, 32, 32, 32]), new Prompt([new SamplePrompt(["a/x", "a/y"], "ct")])).MaskLogits;

        Assert.Equal(("32 8", "8 32"), (shapes["out.classifier_pred.1.fc1.weight"], shapes["out.classifier_pred.1.fc2.weight"]));
        Assert.Equal([1, 3, 32, 32, 32], masks.shape); // the null token has a channel too
    }

    [Theory]
    [InlineData(Architecture.ResUNet)]
    [InlineData(Architecture.MedFormer)]
    public void Every_parameter_has_an_official_name_exactly_once(Architecture architecture)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var network = HermesNetwork.Create(Shape(architecture) with { BaseWidth = 8 }, new PriorVocabulary(["a/x", "a/y"], ["ct"]), generator);

        var named = network.NamedParameters().SelectMany(parameter => parameter.Pieces).Select(piece => piece.Handle).ToList();

        Assert.Equal(named.Count, named.Distinct().Count());
        Assert.Equal([.. network.parameters().Select(parameter => parameter.Handle).Order()], named.Order());
    }

    internal static NetworkConfiguration Shape(Architecture architecture) => architecture == Architecture.MedFormer ? NetworkConfiguration.HermesM : new NetworkConfiguration();

    internal static HermesNetwork Published(Architecture architecture = Architecture.ResUNet, ScalarType type = ScalarType.Float32)
    {
        using var generator = new Generator(3);
        return HermesNetwork.Create(
            Shape(architecture),
            new PriorVocabulary(Enumerable.Range(0, 72).Select(row => $"universal/{row}"), ["ct", "pet", "t1", "t2", "cine"]),
            generator,
            type: type);
    }
}
