using Hermes.Imaging.Configuration;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;
using Hermes.Model.Tests.Parity;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Network;

/// <summary>Both networks at their published size, filled as docs/method.md (Parity) says, against numbers of the official implementation in float64.</summary>
[Collection(TorchCollection.Name)]
public sealed class GoldenValueTests
{
    private static readonly long[][] Positions = [[0, 0, 0, 0, 0], [0, 1, 7, 11, 13], [0, 2, 31, 47, 63], [0, 3, 16, 24, 32], [1, 0, 5, 40, 60], [1, 3, 20, 3, 9]];

    private static readonly Golden HermesR = new(
        0.859185, 3.021893, 18.79513,
        [0.005411, 3.470246, 0.436262, -0.420334, 2.220202, 3.976485],
        [0.695339, 0.006080, 0.726079, 0.576697, 0.750149, -0.168057, 0.586106, -0.116834, 0.787250, 0.566671, 0.750771, -0.332807]);

    private static readonly Golden HermesM = new(
        -0.928275, 2.709602, 19.17324,
        [-0.269186, 1.679296, -2.644861, -0.590781, -0.210476, 1.446801],
        [0.063854, 0.194728, -0.717977, -0.125050, 0.155687, 0.015778, -0.063974, 0.242322, -0.314877, -0.250155, 0.271758, 0.802931])
    {
        Auxiliary = [2.706209, 2.483000, 2.103074, 3.886166, -6.701415, -0.694289],
    };

    [Fact]
    public void The_filling_is_the_one_that_was_published()
    {
        double[] expected = [0.438126308, 0.388056438, 0.731000704, 0.965151714];
        Assert.All(expected.Zip(DeterministicFilling.Units(0)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Theory]
    [InlineData(Architecture.ResUNet, false)]
    [InlineData(Architecture.ResUNet, true)]
    [InlineData(Architecture.MedFormer, false)]
    [InlineData(Architecture.MedFormer, true)]
    public void A_published_network_answers_as_the_official_implementation(Architecture architecture, bool isDouble)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        (var type, var tolerance) = isDouble ? (ScalarType.Float64, 1e-5) : (ScalarType.Float32, 1e-3);
        using var network = OfficialNamesTests.Published(architecture, type);
        DeterministicFilling.Fill(network);
        var expected = architecture == Architecture.MedFormer ? HermesM : HermesR;
        var image = DeterministicFilling.Signed(9999, 1.7, 2, 1, 32, 48, 64).to_type(type);
        var prompt = new Prompt([new SamplePrompt(["universal/4", "universal/5", "universal/6"], "ct"), new SamplePrompt(["universal/70"], null)])
        {
            Width = 4,
            MaskPadding = false,
        };

        var output = network.Forward(image, prompt, auxiliary: true);

        var logits = output.MaskLogits.to_type(ScalarType.Float64);
        Assert.Equal(expected.Mean, logits.mean().item<double>(), tolerance);
        Assert.Equal(expected.Deviation, logits.std().item<double>(), tolerance);
        Assert.Equal(expected.Largest, logits.abs().max().item<double>(), tolerance);
        Equal(expected.Logits, At(logits), tolerance);
        Equal(expected.Modality, output.ModalityLogits!.to_type(ScalarType.Float64).flatten().data<double>().ToArray(), tolerance);
        Assert.Equal(expected.Auxiliary is null, output.AuxiliaryLogits is null);
        if (expected.Auxiliary is not null)
        {
            Equal(expected.Auxiliary, At(output.AuxiliaryLogits!.to_type(ScalarType.Float64)), tolerance);
        }
    }

    private static double[] At(Tensor logits) => [.. Positions.Select(p => logits[p[0], p[1], p[2], p[3], p[4]].item<double>())];

    private static void Equal(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private sealed record Golden(double Mean, double Deviation, double Largest, double[] Logits, double[] Modality)
    {
        public double[]? Auxiliary { get; init; }
    }
}
