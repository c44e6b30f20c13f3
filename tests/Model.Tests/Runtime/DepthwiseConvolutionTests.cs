using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Tests.Runtime;

[Collection(TorchCollection.Name)]
public sealed class DepthwiseConvolutionTests
{
    [Theory]
    [InlineData(16, 4, 5, 9, ScalarType.Float32)]
    [InlineData(1, 3, 3, 3, ScalarType.Float32)]
    [InlineData(40, 2, 2, 2, ScalarType.Float32)]
    [InlineData(17, 5, 4, 12, ScalarType.Float32)]
    [InlineData(32, 1, 6, 1, ScalarType.Float32)]
    [InlineData(48, 4, 6, 10, ScalarType.BFloat16)]
    [InlineData(5, 3, 4, 7, ScalarType.BFloat16)]
    public void Values_and_gradients_equal_double_precision(int channels, int depth, int height, int width, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var map = randn([2L, channels, depth, height, width], generator: generator).to_type(type).requires_grad_(true);
        var weight = randn([channels, 1L, 3, 3, 3], generator: generator).requires_grad_(true);
        var gradient = randn(map.shape, generator: generator).to_type(type);

        var found = DepthwiseConvolution.Apply(map, weight);
        found.backward([gradient]);
        Tensor exactMap = map.detach().to_type(ScalarType.Float64).requires_grad_(true), exactWeight = weight.detach().to_type(ScalarType.Float64).requires_grad_(true);
        var exact = functional.conv3d(exactMap, exactWeight, padding: [1, 1, 1], groups: channels);
        exact.backward([gradient.to_type(ScalarType.Float64)]);

        Assert.True(MemoryLayout.IsChannelsLast(found));
        Assert.Equal((type, type, ScalarType.Float32), (found.dtype, map.grad!.dtype, weight.grad!.dtype));
        var rounding = type == ScalarType.BFloat16 ? 4e-3 : 1e-6;
        Assert.InRange(Relative(found, exact), 0, rounding);
        Assert.InRange(Relative(map.grad!, exactMap.grad!), 0, rounding);
        Assert.InRange(Relative(weight.grad!, exactWeight.grad!), 0, 1e-6);
    }

    [Fact]
    public void Bits_do_not_depend_on_the_thread_count()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var map = randn([2L, 24, 9, 10, 11], generator: generator);
        var weight = randn([24L, 1, 3, 3, 3], generator: generator);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var alone = Bytes(map, weight);
            set_num_threads(2);
            Assert.Equal(alone, Bytes(map, weight));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static byte[] Bytes(Tensor map, Tensor weight)
    {
        Tensor ownMap = map.detach().requires_grad_(true), ownWeight = weight.detach().requires_grad_(true);
        var result = DepthwiseConvolution.Apply(ownMap, ownWeight);
        result.square().sum().backward();
        return [.. new[] { result, ownMap.grad!, ownWeight.grad! }.SelectMany(tensor => tensor.detach().contiguous().bytes.ToArray())];
    }

    private static double Relative(Tensor found, Tensor exact) => ((found.to_type(ScalarType.Float64) - exact).norm() / exact.norm()).item<double>();
}
