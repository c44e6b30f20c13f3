using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Tests.Runtime;

[Collection(TorchCollection.Name)]
public sealed class NormalisedActivationTests
{
    [Theory]
    [InlineData(1, 4, true)]
    [InlineData(3, 5, true)]
    [InlineData(8, 7, true)]
    [InlineData(24, 3, true)]
    [InlineData(80, 2, true)]
    [InlineData(16, 33, true)]
    [InlineData(3, 5, false)]
    [InlineData(24, 4, false)]
    public void Values_and_gradients_equal_double_precision(int channels, int axis, bool rectified)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var map = MemoryLayout.ChannelsLast((randn([2L, channels, axis, axis, axis + 1L], generator: generator) * 2) + 5).detach().requires_grad_(true);
        var gradient = randn(map.shape, generator: generator);

        var epsilon = rectified ? NormalisedActivation.Epsilon : NormalisedActivation.FrameworkEpsilon;
        var found = NormalisedActivation.Apply(map, ScalarType.Float32, epsilon, rectified);
        found.backward([gradient]);
        var exactMap = map.detach().to_type(ScalarType.Float64).requires_grad_(true);
        var exact = Exact(exactMap, epsilon, rectified);
        exact.backward([gradient.to_type(ScalarType.Float64)]);

        Assert.True((found - exact).abs().max().item<double>() < 1e-5);
        Assert.True((map.grad! - exactMap.grad!).abs().max().item<double>() < 1e-5);
    }

    [Fact]
    public void Bfloat16_maps_differ_by_their_rounding_only()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var map = MemoryLayout.ChannelsLast(randn([2L, 24, 9, 9, 9], generator: generator)).to_type(ScalarType.BFloat16).detach().requires_grad_(true);
        var gradient = MemoryLayout.ChannelsLast(randn(map.shape, generator: generator)).to_type(ScalarType.BFloat16);

        var found = NormalisedActivation.Apply(map, ScalarType.BFloat16);
        found.backward([gradient]);
        var exactMap = map.detach().to_type(ScalarType.Float64).requires_grad_(true);
        var exact = Exact(exactMap);
        exact.backward([gradient.to_type(ScalarType.Float64)]);

        Assert.Equal(ScalarType.BFloat16, found.dtype);
        Assert.Equal(ScalarType.BFloat16, map.grad!.dtype);
        Assert.True(((found.to_type(ScalarType.Float64) - exact).norm() / exact.norm()).item<double>() < 4e-3);
        Assert.True(((map.grad!.to_type(ScalarType.Float64) - exactMap.grad!).norm() / exactMap.grad!.norm()).item<double>() < 4e-3);
    }

    [Fact]
    public void Bits_do_not_depend_on_the_thread_count()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var map = MemoryLayout.ChannelsLast(randn([2L, 8, 40, 40, 40], generator: generator));
        var threads = get_num_threads();
        set_num_threads(1);
        var alone = Bytes(NormalisedActivation.Apply(map, ScalarType.Float32));
        set_num_threads(2);
        var shared = Bytes(NormalisedActivation.Apply(map, ScalarType.Float32));
        set_num_threads(threads);

        Assert.Equal(alone, shared);
    }

    [SkippableFact]
    public void Work_is_shared_on_libtorchs_own_threads()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "OpenMP's entry point is looked up on Linux only.");
        Assert.True(WorkSharing.SharesThreads);
    }

    private static Tensor Exact(Tensor map, double epsilon = NormalisedActivation.Epsilon, bool rectified = true)
    {
        var mean = map.mean([2, 3, 4], keepdim: true);
        var variance = (map - mean).pow(2).mean([2, 3, 4], keepdim: true);
        var normalised = (map - mean) / (variance + epsilon).sqrt();
        return rectified ? functional.relu(normalised) : normalised;
    }

    private static byte[] Bytes(Tensor map) => map.permute(0, 2, 3, 4, 1).contiguous().bytes.ToArray();
}
