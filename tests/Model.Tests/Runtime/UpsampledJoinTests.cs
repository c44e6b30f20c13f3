using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Tests.Runtime;

[Collection(TorchCollection.Name)]
public sealed class UpsampledJoinTests
{
    [Theory]
    [InlineData(8, 16, 4, 5, 6, 8, 10, 12, false)]
    [InlineData(3, 5, 2, 3, 2, 5, 7, 4, false)]
    [InlineData(16, 40, 1, 2, 3, 3, 4, 7, false)]
    [InlineData(1, 32, 3, 3, 3, 3, 3, 3, false)]
    [InlineData(3, 5, 2, 3, 2, 5, 7, 4, true)]
    [InlineData(8, 40, 2, 2, 3, 4, 4, 7, true)]
    public void Values_and_gradients_equal_libtorchs_interpolation(
        int fineChannels, int coarseChannels, int d, int h, int w, int fineD, int fineH, int fineW, bool coarseFirst)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var fine = randn([2L, fineChannels, fineD, fineH, fineW], generator: generator).requires_grad_(true);
        var coarse = randn([2L, coarseChannels, d, h, w], generator: generator).requires_grad_(true);
        var gradient = randn([2L, fineChannels + coarseChannels, fineD, fineH, fineW], generator: generator);

        var found = UpsampledJoin.Apply(fine, coarse, coarseFirst);
        found.backward([gradient]);
        Tensor exactFine = fine.detach().to_type(ScalarType.Float64).requires_grad_(true), exactCoarse = coarse.detach().to_type(ScalarType.Float64).requires_grad_(true);
        var larger = functional.interpolate(exactCoarse, fine.shape[2..], mode: InterpolationMode.Trilinear, align_corners: true);
        var exact = cat(coarseFirst ? [larger, exactFine] : [exactFine, larger], 1);
        exact.backward([gradient.to_type(ScalarType.Float64)]);

        Assert.True(MemoryLayout.IsChannelsLast(found));
        Assert.InRange(Distance(found, exact), 0, 1e-5);
        Assert.InRange(Distance(fine.grad!, exactFine.grad!), 0, 1e-5);
        Assert.InRange(Distance(coarse.grad!, exactCoarse.grad!), 0, 1e-4);
    }

    [Fact]
    public void Bfloat16_maps_differ_by_their_rounding_only()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var fine = randn([1L, 8, 6, 6, 6], generator: generator).to_type(ScalarType.BFloat16).requires_grad_(true);
        var coarse = randn([1L, 16, 3, 3, 3], generator: generator).to_type(ScalarType.BFloat16).requires_grad_(true);
        var gradient = randn([1L, 24, 6, 6, 6], generator: generator).to_type(ScalarType.BFloat16);

        var found = UpsampledJoin.Apply(fine, coarse);
        found.backward([gradient]);
        Tensor[] full = [fine.detach().to_type(ScalarType.Float32).requires_grad_(true), coarse.detach().to_type(ScalarType.Float32).requires_grad_(true)];
        var expected = UpsampledJoin.Apply(full[0], full[1]);
        expected.backward([gradient.to_type(ScalarType.Float32)]);

        Assert.Equal(ScalarType.BFloat16, found.dtype);
        Assert.InRange(Distance(found, expected), 0, 0.02);
        Assert.InRange(Distance(coarse.grad!, full[1].grad!), 0, 0.05);
    }

    [Fact]
    public void Maps_of_two_kinds_are_joined_in_float32()
    {
        using var scope = NewDisposeScope();

        var joined = UpsampledJoin.Apply(ones([1L, 8, 4, 4, 4], ScalarType.BFloat16), ones([1L, 8, 2, 2, 2]));

        Assert.Equal(ScalarType.Float32, joined.dtype);
        Assert.InRange((joined - 1).abs().max().item<float>(), 0, 1e-6);
    }

    private static double Distance(Tensor found, Tensor exact) => (found.to_type(ScalarType.Float64) - exact).abs().max().item<double>();
}
