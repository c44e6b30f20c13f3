using Hermes.Imaging.Volumes;
using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Benchmarks;

/// <summary>The bare convolutions of a step: every shape once forward and, if wanted, once backward, channels last, nothing between them.</summary>
internal sealed class ConvolutionBench : IWorkload
{
    private readonly List<(Tensor Map, Tensor Weight, Tensor Gradient)> _convolutions = [];
    private readonly bool _backward;

    public ConvolutionBench(int width, GridSize patch, int batch, ConvolutionPrecision precision, bool backward)
    {
        _backward = backward;
        using var generator = new Generator(2);
        foreach (var shape in ConvolutionShapes.Of(width, patch))
        {
            using var scope = NewDisposeScope();
            var map = randn([batch, shape.From, shape.Map.Depth, shape.Map.Height, shape.Map.Width], generator: generator);
            // As in the network: one input channel and maps of two voxels stay in float32, and the image needs no gradient.
            var type = shape.From == 1 ? ScalarType.Float32 : precision.For(map);
            map = MemoryLayout.ChannelsLast(map.to_type(type)).detach().requires_grad_(backward && shape.From > 1);
            var weight = randn([shape.To, shape.From, 3, 3, 3], generator: generator).to_type(type).detach().requires_grad_(backward);
            var gradient = MemoryLayout.ChannelsLast(randn([batch, shape.To, shape.Map.Depth, shape.Map.Height, shape.Map.Width], generator: generator).to_type(type));
            _convolutions.Add((map.DetachFromDisposeScope(), weight.DetachFromDisposeScope(), gradient.DetachFromDisposeScope()));
        }
    }

    public void Run()
    {
        foreach ((var map, var weight, var gradient) in _convolutions)
        {
            using var scope = NewDisposeScope();
            var output = functional.conv3d(map, weight, padding: [1, 1, 1]);
            if (_backward)
            {
                autograd.grad([output], map.requires_grad ? [map, weight] : [weight], [gradient]);
            }
        }
    }

    public void Dispose()
    {
        foreach ((var map, var weight, var gradient) in _convolutions)
        {
            map.Dispose();
            weight.Dispose();
            gradient.Dispose();
        }
    }
}
