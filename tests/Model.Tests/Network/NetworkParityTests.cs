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
    [InlineData(true)]
    [InlineData(false)]
    public void Logits_and_posterior_tokens_equal_the_reference(bool training)
    {
        var fixture = ParityFixture.HermesR();
        using var scope = NewDisposeScope();
        using var network = fixture.Network();
        using var frozen = training ? null : no_grad();

        var output = network.Forward(fixture.Array("input"), fixture.Prompt());

        AssertClose(fixture.Array("logits"), output.MaskLogits);
        AssertClose(fixture.Array("modality_logits"), output.ModalityLogits!);
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            AssertClose(fixture.Array($"posterior_{PosteriorNames[scale]}"), output.PosteriorTokens[scale]);
        }
    }

    [SkippableFact]
    public void Loss_and_every_gradient_equal_the_reference()
    {
        var fixture = ParityFixture.HermesR();
        using var scope = NewDisposeScope();
        using var network = fixture.Network();

        var output = network.Forward(fixture.Array("input"), fixture.Prompt());
        var loss = ReferenceLoss(output, fixture);
        loss.backward();

        Assert.Equal(fixture.Expected.GetProperty("loss").GetProperty("total").GetDouble(), loss.item<float>(), 1e-5);
        var global = fixture.Expected.GetProperty("gradient_norm").GetDouble();
        var norms = network.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient()!.to_type(ScalarType.Float64).norm().item<double>());
        foreach (var name in fixture.ParameterNames)
        {
            var expected = fixture.Expected.GetProperty("gradient_norms").GetProperty(name).GetDouble();
            Assert.True(Math.Abs(expected - norms[name]) <= Math.Max(1e-3 * expected, 1e-6 * global), $"{name}: expected {expected}, found {norms[name]}");
        }

        foreach (var name in new[] { "inc.conv1.weight", "out.norm.weight", "prior_init_fuse_2.task_prior" })
        {
            var expected = fixture.Array($"grad_{name}");
            var found = network.NamedParameters().Single(parameter => parameter.Name == name).Gradient()!;
            var bound = Math.Max(1e-3 * expected.norm().item<float>(), 1e-6 * global);
            Assert.True((found - expected).norm().item<float>() <= bound, name);
        }
    }

    /// <summary>BCE + adaptive Tversky + 0.01 modality cross-entropy (docs/method.md, Losses), written out.</summary>
    private static Tensor ReferenceLoss(NetworkOutput output, ParityFixture fixture)
    {
        var targets = fixture.Array("labels").to_type(ScalarType.Float32);
        var valid = fixture.Array("target_indices").ge(0).to_type(ScalarType.Float32);
        var cross = functional.binary_cross_entropy_with_logits(output.MaskLogits, targets, reduction: Reduction.None).mean([2, 3, 4]);
        var probability = output.MaskLogits.sigmoid();
        var hit = (probability * targets).sum([2, 3, 4]);
        var excess = (probability * (1 - targets)).sum([2, 3, 4]);
        var missed = ((1 - probability) * targets).sum([2, 3, 4]);
        var alpha = (excess / (excess + missed + 1e-6)).clamp(0.2, 0.8);
        var tversky = 1 - hit / (hit + alpha * excess + (1 - alpha) * missed + 1e-6);
        var modality = functional.cross_entropy(output.ModalityLogits!, tensor(fixture.ModalityTargets()), ignore_index: -1);
        return ((cross + tversky) * valid).sum() / valid.sum() + 0.01 * modality;
    }

    private static void AssertClose(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        var error = (expected - found).abs().max().item<float>();
        Assert.True(error <= 1e-4, $"largest difference {error}");
    }
}
