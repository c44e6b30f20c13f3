using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Runtime;

/// <summary>Compares libtorch's convolutions with double precision, in the layout and on the sizes the network uses.</summary>
internal static class ConvolutionSelfTest
{
    /// <summary>Channel pairs that are multiples of 16 and ones that are not, which libtorch has got wrong.</summary>
    private static readonly (long From, long To)[] Channels = [(8, 8), (24, 16), (16, 8), (48, 32), (40, 80)];

    /// <summary>
    /// The largest relative error of the output and of both gradients; the smallest map is the smallest that runs in the format.
    /// Not a number counts as infinite.
    /// </summary>
    /// <param name="type">The format.</param>
    /// <param name="axis">The size of the maps, if it is to be another.</param>
    /// <param name="device">Where; the CPU if null. Double precision is the CPU's in any case.</param>
    public static double WorstError(ScalarType type, int? axis = null, Device? device = null)
    {
        using var generator = new Generator(17);
        var size = axis ?? (type == ScalarType.BFloat16 ? ConvolutionPrecisionRules.SmallestBFloat16Axis : 2);
        return Channels.Max(pair => WorstError(type, pair.From, pair.To, size, generator, device ?? CPU));
    }

    private static double WorstError(ScalarType type, long from, long to, long axis, Generator generator, Device device)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var map = MemoryLayout.ChannelsLast(randn([2L, from, axis, axis, axis], generator: generator).to_type(type)).detach().requires_grad_(true);
        var weight = randn([to, from, 3L, 3L, 3L], generator: generator).to_type(type).detach().requires_grad_(true);
        var gradient = MemoryLayout.ChannelsLast(randn([2L, to, axis, axis, axis], generator: generator).to_type(type));
        var found = Run(There(map), There(weight), gradient.to(device)).Select(tensor => tensor.cpu());
        var expected = Run(Double(map), Double(weight), Double(gradient));
        return found.Zip(expected).Max(pair =>
        {
            var error = ((pair.First.to_type(ScalarType.Float64) - pair.Second).norm() / pair.Second.norm()).item<double>();
            return double.IsNaN(error) ? double.PositiveInfinity : error;
        });

        Tensor There(Tensor tensor) => tensor.detach().to(device).requires_grad_(true);
    }

    private static Tensor[] Run(Tensor map, Tensor weight, Tensor gradient)
    {
        var output = functional.conv3d(map, weight, padding: [1, 1, 1]);
        return [output.detach(), .. autograd.grad([output], [map, weight], [gradient])];
    }

    private static Tensor Double(Tensor tensor) => tensor.detach().to_type(ScalarType.Float64).requires_grad_(tensor.requires_grad);
}
