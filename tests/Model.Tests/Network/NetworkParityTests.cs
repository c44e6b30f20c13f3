using Hermes.Model.Network;
using Hermes.Model.Tests.Parity;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Tests.Network;

[Collection(TorchCollection.Name)]
public sealed class NetworkParityTests
{
    private static readonly string[] PosteriorNames = ["prior_init_fuse_2", "prior_init_fuse_3", "prior_init_fuse_4", "prior_fuse_5", "prior_fuse_6"];

    [SkippableTheory]
    [InlineData("hermes-r", true)]
    [InlineData("hermes-r", false)]
    [InlineData("hermes-m", true)]
    [InlineData("hermes-m", false)]
    public void Logits_and_posterior_tokens_equal_the_reference(string architecture, bool training)
    {
        var fixture = ParityFixture.Of(architecture);
        using var scope = NewDisposeScope();
        using var network = fixture.Network();
        using var frozen = training ? null : no_grad();

        var output = network.Forward(fixture.Array("input"), fixture.Prompt(), auxiliary: true);

        AssertClose(fixture.Array("logits"), output.MaskLogits);
        AssertClose(fixture.Array("modality_logits"), output.ModalityLogits!);
        if (architecture == "hermes-m")
        {
            AssertClose(fixture.Array("aux_logits"), output.AuxiliaryLogits!);
            return;
        }

        Assert.Null(output.AuxiliaryLogits);
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            AssertClose(fixture.Array($"posterior_{PosteriorNames[scale]}"), output.PosteriorTokens[scale]);
        }
    }

    [SkippableTheory]
    [InlineData("hermes-r", "inc.conv1.weight", "out.norm.weight", "prior_init_fuse_2.task_prior")]
    [InlineData("hermes-m", "inc.conv1.weight", "out_classifier.norm.weight", "down2.prior_selection.task_prior")]
    public void Loss_and_every_gradient_equal_the_reference(string architecture, params string[] whole)
    {
        var fixture = ParityFixture.Of(architecture);
        using var scope = NewDisposeScope();
        using HermesNetwork network = fixture.Network(), exactNetwork = fixture.Network(ScalarType.Float64);

        var loss = Learn(network, fixture, ScalarType.Float32);
        Learn(exactNetwork, fixture, ScalarType.Float64);

        Assert.Equal(fixture.Expected.GetProperty("loss").GetProperty("total").GetDouble(), loss, 1e-5);
        var global = fixture.Expected.GetProperty("gradient_norm").GetDouble();
        var gradients = Gradients(network);
        var norms = gradients.ToDictionary(gradient => gradient.Key, gradient => gradient.Value.norm().item<double>());
        foreach (var name in fixture.ParameterNames)
        {
            var expected = fixture.Expected.GetProperty("gradient_norms").GetProperty(name).GetDouble();
            Assert.True(Math.Abs(expected - norms[name]) <= Math.Max(1e-3 * expected, 1e-6 * global), $"{name}: expected {expected}, found {norms[name]}");
        }

        // Rounding is told from a mistake by the same pass in float64: both are as near to it as float32 lets them, ours and the reference.
        var exactGradients = Gradients(exactNetwork);
        foreach (var name in whole)
        {
            var expected = fixture.Array($"grad_{name}").to_type(ScalarType.Float64);
            var exact = exactGradients[name];
            var size = expected.norm().item<double>();
            double ours = (gradients[name] - exact).norm().item<double>(), reference = (expected - exact).norm().item<double>();
            Assert.True(ours <= Math.Max(1e-3 * size, 1e-6 * global) && reference <= Math.Max(3e-3 * size, 1e-6 * global), $"{name}: {ours} and {reference} of {size}");
        }
    }

    private static double Learn(HermesNetwork network, ParityFixture fixture, ScalarType type)
    {
        var output = network.Forward(fixture.Array("input").to_type(type), fixture.Prompt(), auxiliary: true);
        var loss = ReferenceLoss(output, fixture, type);
        loss.backward();
        return loss.to_type(ScalarType.Float64).item<double>();
    }

    private static Dictionary<string, Tensor> Gradients(HermesNetwork network) =>
        network.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient()!.to_type(ScalarType.Float64));

    /// <summary>The segmentation loss, of both heads if there are two, and 0.01 modality cross-entropy (docs/method.md, Losses), written out.</summary>
    private static Tensor ReferenceLoss(NetworkOutput output, ParityFixture fixture, ScalarType type)
    {
        var segmentation = output.AuxiliaryLogits is { } auxiliary
            ? 0.5 * SegmentationLoss(output.MaskLogits, fixture, type) + 0.5 * SegmentationLoss(auxiliary, fixture, type)
            : SegmentationLoss(output.MaskLogits, fixture, type);
        return segmentation + 0.01 * functional.cross_entropy(output.ModalityLogits!, tensor(fixture.ModalityTargets()), ignore_index: -1);
    }

    /// <summary>BCE + adaptive Tversky.</summary>
    private static Tensor SegmentationLoss(Tensor logits, ParityFixture fixture, ScalarType type)
    {
        var targets = fixture.Array("labels").to_type(type);
        var valid = fixture.Array("target_indices").ge(0).to_type(type);
        var cross = functional.binary_cross_entropy_with_logits(logits, targets, reduction: Reduction.None).mean([2, 3, 4]);
        var probability = logits.sigmoid();
        var hit = (probability * targets).sum([2, 3, 4]);
        var excess = (probability * (1 - targets)).sum([2, 3, 4]);
        var missed = ((1 - probability) * targets).sum([2, 3, 4]);
        var alpha = (excess / (excess + missed + 1e-6)).clamp(0.2, 0.8);
        var tversky = 1 - hit / (hit + alpha * excess + (1 - alpha) * missed + 1e-6);
        return ((cross + tversky) * valid).sum() / valid.sum();
    }

    private static void AssertClose(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        var error = (expected - found).abs().max().item<float>();
        Assert.True(error <= 1e-4, $"largest difference {error}");
    }
}
