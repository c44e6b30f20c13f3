using Hermes.Imaging.Packages;
using Hermes.Model.Checkpoints;
using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Checkpoints;

[Collection(TorchCollection.Name)]
public sealed class PosteriorTokensTests : IDisposable
{
    private static readonly PosteriorTokens Tokens = new(
        ["a/liver", "b/\"x\""], [.. Enumerable.Range(0, 5).Select(scale => new[] { new float[] { scale, 1.5f, -2 }, [3, scale, 0.25f] })]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_and_the_same_tokens_are_the_same_bytes()
    {
        var written = Tokens.Write(_folder.At("tokens"));

        var vectors = PriorVectors.OfPosterior(_folder.At("tokens"));

        Assert.Equal(Tokens.Tasks, vectors.Names);
        Assert.Equal(Tokens.Scales, vectors.Stages);
        Assert.Equal(written.Sha256, Tokens.Write(_folder.At("again")).Sha256);
    }

    [Fact]
    public void Of_names_those_that_have_vectors_are_told_in_the_order_asked_for()
    {
        Tokens.Write(_folder.At("tokens"));

        var some = PriorVectors.OfPosterior(_folder.At("tokens")).Of(["b/\"x\"", "c/none", "a/liver"]);

        Assert.Equal(["b/\"x\"", "a/liver"], some.Names);
        Assert.Equal([[3, 4, 0.25f], [4, 1.5f, -2]], some.Stages[4]);
    }

    [Theory]
    [InlineData("hermes-posterior-1", "[\"a\"]", "scale0")]
    [InlineData("hermes-posterior-1", "[]", "scale0")]
    [InlineData("hermes-posterior-1", "no list", "cannot be read")]
    [InlineData("hermes-branch-1", "[\"a\"]", "expected 'hermes-posterior-1'")]
    public void A_file_that_does_not_fit_is_refused(string format, string tasks, string reason)
    {
        SafetensorsWriter.Write(
            _folder.At("other"),
            new Dictionary<string, string> { ["format"] = format, ["tasks"] = tasks },
            [new SafetensorsTensor("scale0", SafetensorsType.F32, [2, 1], take => take(new byte[8]))]);

        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => PriorVectors.OfPosterior(_folder.At("other"))).Message, StringComparison.Ordinal);
    }
}
