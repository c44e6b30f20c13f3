using Hermes.Imaging.Configuration;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Network;

/// <summary>A branch lies over its trunk and never changes it.</summary>
[Collection(TorchCollection.Name)]
public sealed class BranchTests
{
    private static readonly Prompt Old = Prompt.For(["a/x", "b/z"], "mr");
    private static readonly Prompt New = Prompt.For(["c/new", "a/y"], "pet");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_begins_with_the_answers_of_its_trunk(bool ownsStages)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var trunk = NetworkBehaviourTests.Small(7);
        using var branch = Over(trunk, ownsStages);

        Assert.Equal(Masks(trunk.Forward(NetworkBehaviourTests.Image(1), Old)), Masks(trunk.Forward(NetworkBehaviourTests.Image(1), Old, branch)));
    }

    [Fact]
    public void It_answers_what_its_trunk_cannot_and_says_nothing_of_modalities()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var trunk = NetworkBehaviourTests.Small(7);
        using var branch = Over(trunk, true);
        var image = NetworkBehaviourTests.Image(1);

        var answer = trunk.Forward(image, New, branch);

        Assert.Equal([1L, 3, 32, 32, 32], answer.MaskLogits.shape);
        Assert.Null(answer.ModalityLogits);
        Assert.Contains("'c/new'", Assert.Throws<ArgumentException>(() => trunk.Forward(image, New)).Message, StringComparison.Ordinal);
        Assert.Contains("'d/other'", Assert.Throws<ArgumentException>(() => trunk.Forward(image, Prompt.For(["d/other"], null), branch)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Architecture.ResUNet)]
    [InlineData(Architecture.MedFormer)]
    public void However_it_changes_the_trunk_answers_as_before(Architecture architecture)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var trunk = NetworkBehaviourTests.Small(7, architecture);
        using var branch = Over(trunk, true);
        var image = NetworkBehaviourTests.Image(1);
        var before = Masks(trunk.Forward(image, Old));

        foreach (var parameter in branch.parameters())
        {
            parameter.add_(0.1);
        }

        Assert.Equal(before, Masks(trunk.Forward(image, Old)));
        Assert.NotEqual(before, Masks(trunk.Forward(image, Old, branch)));
        Assert.Equal(before, Masks(trunk.Forward(image, Old)));
    }

    [Theory]
    [InlineData(Architecture.ResUNet)]
    [InlineData(Architecture.MedFormer)]
    public void Groups_that_share_the_first_stages_get_the_answers_they_get_alone(Architecture architecture)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var trunk = NetworkBehaviourTests.Small(7, architecture);
        using var branch = Over(trunk, true);
        var image = NetworkBehaviourTests.Image(2);
        Prompt old = Prompt.For(["a/x"], "ct", 2), grown = Prompt.For(["c/new"], "pet", 2);

        var shared = trunk.Encode(image);
        var both = (Masks(trunk.Answer(shared, old)), Masks(trunk.Answer(shared, grown, branch)), Masks(trunk.Answer(shared, old)));

        Assert.Equal(Masks(trunk.Forward(image, old)), both.Item1);
        Assert.Equal(Masks(trunk.Forward(image, grown, branch)), both.Item2);
        Assert.Equal(both.Item1, both.Item3);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        using var trunk = NetworkBehaviourTests.Small(7);
        using Branch one = Over(trunk, true), same = Over(trunk, true), other = Over(trunk, true, 8);

        Assert.Equal(Bits(one), Bits(same));
        Assert.NotEqual(Bits(one), Bits(other));
    }

    [Fact]
    public void A_prior_that_the_trunk_has_is_not_owned_twice()
    {
        using var trunk = NetworkBehaviourTests.Small(7);
        using var generator = new Generator(3);

        Assert.Contains("'a/x'", Refusal(new PriorVocabulary(["c/new", "a/x"], [])), StringComparison.Ordinal);
        Assert.Contains("'ct'", Refusal(new PriorVocabulary([], ["ct"])), StringComparison.Ordinal);

        string Refusal(PriorVocabulary vocabulary) =>
            Assert.Throws<ArgumentException>(() => new Branch(trunk, vocabulary, false, generator)).Message;
    }

    [Theory]
    [InlineData(Architecture.ResUNet)]
    [InlineData(Architecture.MedFormer)]
    public void Every_parameter_has_the_official_name_of_what_it_stands_for(Architecture architecture)
    {
        using var trunk = NetworkBehaviourTests.Small(7, architecture);
        using var branch = Over(trunk, true);
        var official = trunk.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Shape);

        var named = branch.NamedParameters();

        Assert.Equal([.. branch.parameters().Select(parameter => parameter.Handle).Order()], named.SelectMany(parameter => parameter.Pieces).Select(piece => piece.Handle).Order());
        Assert.All(named, parameter => Assert.Equal(official[parameter.Name][1..], parameter.Shape[1..]));
        Assert.All(named.Where(parameter => !parameter.Name.EndsWith("prior", StringComparison.Ordinal)), parameter => Assert.Equal(official[parameter.Name], parameter.Shape));
    }

    [Fact]
    public void At_the_published_width_it_is_small()
    {
        using var trunk = OfficialNamesTests.Published();
        using var generator = new Generator(3);
        var vocabulary = new PriorVocabulary(Enumerable.Range(0, 15).Select(n => $"new/{n}"), ["us"]);
        using var branch = new Branch(trunk, vocabulary, ownsStages: true, generator);

        Assert.InRange((double)Count(branch) / Count(trunk), 0.02, 0.042);

        static long Count(nn.Module module) => module.parameters().Sum(parameter => parameter.numel());
    }

    private static Branch Over(HermesNetwork trunk, bool ownsStages, ulong seed = 3)
    {
        using var generator = new Generator(seed);
        return new Branch(trunk, new PriorVocabulary(["c/new"], ["pet"]), ownsStages, generator);
    }

    private static float[] Masks(NetworkOutput output) => output.MaskLogits.data<float>().ToArray();

    private static float[] Bits(Branch branch) => [.. branch.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
}
