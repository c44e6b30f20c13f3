using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Model.Tests.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Runtime;

[Collection(TorchCollection.Name)]
public sealed class ConvolutionPrecisionTests
{
    [Theory]
    [InlineData(2, 2, 2, ScalarType.Float32)]
    [InlineData(2, 3, 3, ScalarType.Float32)]
    [InlineData(3, 3, 3, ScalarType.BFloat16)]
    public void Maps_with_an_axis_of_two_voxels_run_in_float32(int depth, int height, int width, ScalarType expected)
    {
        using var map = zeros([1L, 4, depth, height, width]);

        Assert.Equal(expected, ConvolutionPrecision.Mixed.For(map));
        Assert.Equal(ScalarType.Float32, ConvolutionPrecision.Full.For(map));
    }

    [Fact]
    public void The_self_test_accepts_what_the_network_runs()
    {
        Assert.True(ConvolutionSelfTest.WorstError(ScalarType.Float32) < 1e-4);
        Assert.True(ConvolutionSelfTest.WorstError(ScalarType.BFloat16) < 0.02);
    }

    [Fact]
    public void Mixed_precision_gradients_follow_float32_even_where_the_deepest_map_is_two_voxels()
    {
        using var scope = NewDisposeScope();
        var full = Gradients(ConvolutionPrecision.Full);
        var mixed = Gradients(ConvolutionPrecision.Mixed);

        var difference = Math.Sqrt(full.Zip(mixed).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        var norm = Math.Sqrt(full.Sum(value => value * value));
        Assert.True(difference < 0.3 * norm, $"relative difference {difference / norm}");
    }

    [Fact]
    public void Initialising_the_runtime_reports_what_it_chose()
    {
        var state = TorchRuntime.Initialize(new TorchRuntimeOptions { Device = "cpu", Threads = 2, MixedPrecision = true, KeepMemory = false });

        Assert.Equal(2, state.Threads);
        Assert.Equal(TorchSharp.DeviceType.CPU, state.Device.type);
    }

    private static double[] Gradients(ConvolutionPrecision precision)
    {
        using var network = NetworkBehaviourTests.Small(7);
        network.Precision = precision;
        var output = network.Forward(NetworkBehaviourTests.Image(2), Prompt.For(["a/x", "b/z"], "ct", 2));
        output.MaskLogits.sigmoid().mean().backward();
        var deepest = Assert.IsType<ResidualNetwork>(network).Down[3];
        return [.. deepest.parameters().SelectMany(parameter => parameter.grad!.to_type(ScalarType.Float64).contiguous().data<double>().ToArray())];
    }
}
