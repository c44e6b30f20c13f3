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
        ParityFixture fixture = ParityFixture.HermesR();
        using var scope = NewDisposeScope();
        using HermesNetwork network = fixture.Network();
        using IDisposable? frozen = training ? null : no_grad();

        NetworkOutput output = network.Forward(fixture.Array("input"), fixture.Prompt());

        AssertClose(fixture.Array("logits"), output.MaskLogits);
        AssertClose(fixture.Array("modality_logits"), output.ModalityLogits);
        for (int scale = 0; scale < PriorPool.Scales; scale++)
        {
            AssertClose(fixture.Array($"posterior_{PosteriorNames[scale]}"), output.PosteriorTokens[scale]);
        }
    }

    [SkippableFact]
    public void Loss_and_every_gradient_equal_the_reference()
    {
        ParityFixture fixture = ParityFixture.HermesR();
        using var scope = NewDisposeScope();
        using HermesNetwork network = fixture.Network();

        NetworkOutput output = network.Forward(fixture.Array("input"), fixture.Prompt());
        Tensor loss = ReferenceLoss(output, fixture);
        loss.backward();

        Assert.Equal(fixture.Expected.GetProperty("loss").GetProperty("total").GetDouble(), loss.item<float>(), 1e-5);
        double global = fixture.Expected.GetProperty("gradient_norm").GetDouble();
        var norms = network.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient()!.to_type(ScalarType.Float64).norm().item<double>());
        foreach (string name in fixture.ParameterNames)
        {
            double expected = fixture.Expected.GetProperty("gradient_norms").GetProperty(name).GetDouble();
            Assert.True(Math.Abs(expected - norms[name]) <= Math.Max(1e-3 * expected, 1e-6 * global), $"{name}: expected {expected}, found {norms[name]}");
        }
        foreach (string name in new[] { "inc.conv1.weight", "out.norm.weight", "prior_init_fuse_2.task_prior" })
        {
            Tensor expected = fixture.Array($"grad_{name}");
            Tensor found = network.NamedParameters().Single(parameter => parameter.Name == name).Gradient()!;
            double bound = Math.Max(1e-3 * expected.norm().item<float>(), 1e-6 * global);
            Assert.True((found - expected).norm().item<float>() <= bound, name);
        }
    }

    /// <summary>BCE + adaptive Tversky + 0.01 modality cross-entropy (docs/method.md, Losses), written out.</summary>
    private static Tensor ReferenceLoss(NetworkOutput output, ParityFixture fixture)
    {
        Tensor targets = fixture.Array("labels").to_type(ScalarType.Float32);
        Tensor valid = fixture.Array("target_indices").ge(0).to_type(ScalarType.Float32);
        Tensor cross = functional.binary_cross_entropy_with_logits(output.MaskLogits, targets, reduction: Reduction.None).mean([2, 3, 4]);
        Tensor probability = output.MaskLogits.sigmoid();
        Tensor hit = (probability * targets).sum([2, 3, 4]);
        Tensor excess = (probability * (1 - targets)).sum([2, 3, 4]);
        Tensor missed = ((1 - probability) * targets).sum([2, 3, 4]);
        Tensor alpha = (excess / (excess + missed + 1e-6)).clamp(0.2, 0.8);
        Tensor tversky = 1 - hit / (hit + alpha * excess + (1 - alpha) * missed + 1e-6);
        Tensor modality = functional.cross_entropy(output.ModalityLogits, tensor(fixture.ModalityTargets()), ignore_index: -1);
        return ((cross + tversky) * valid).sum() / valid.sum() + 0.01 * modality;
    }

    private static void AssertClose(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        float error = (expected - found).abs().max().item<float>();
        Assert.True(error <= 1e-4, $"largest difference {error}");
    }
}
