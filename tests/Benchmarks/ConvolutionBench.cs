using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Benchmarks;

/// <summary>
/// The bare convolutions of a step, and the products of its attention: every shape once forward and, if wanted, once backward, channels last, nothing between
/// them. Convolutions of each channel by itself are ours: libtorch has none in three dimensions that is faster.
/// </summary>
internal sealed class ConvolutionBench : IWorkload
{
    private const int Tokens = 80;
    private readonly List<(Tensor Map, Tensor Weight, Tensor Gradient, ConvolutionKind Kind)> _convolutions = [];
    private readonly List<(Tensor Query, Tensor Value, Tensor Tokens, Tensor TokenValues, Tensor[] Gradients)> _products = [];
    private readonly bool _backward;

    public ConvolutionBench(NetworkConfiguration network, GridSize patch, int batch, ConvolutionPrecision precision, bool backward)
    {
        _backward = backward;
        using var generator = new Generator(2);
        foreach (var shape in ConvolutionShapes.Of(network, patch))
        {
            using var scope = NewDisposeScope();
            var map = randn([batch, shape.From, shape.Map.Depth, shape.Map.Height, shape.Map.Width], generator: generator);
            // As in the network: one input channel and maps of two voxels stay in float32, and the image needs no gradient.
            var type = shape.From == 1 ? ScalarType.Float32 : precision.For(map);
            map = MemoryLayout.ChannelsLast(map.to_type(type)).detach().requires_grad_(backward && shape.From > 1);
            long[] kernel = shape.Kind switch
            {
                ConvolutionKind.Depthwise => [shape.From, 1, 3, 3, 3],
                ConvolutionKind.Pointwise => [shape.To, shape.From, 1, 1, 1],
                _ => [shape.To, shape.From, 3, 3, 3],
            };
            var weight = randn(kernel, generator: generator);
            weight = weight.to_type(shape.Kind == ConvolutionKind.Depthwise ? ScalarType.Float32 : type).detach().requires_grad_(backward);
            var gradient = MemoryLayout.ChannelsLast(randn([batch, shape.To, shape.Map.Depth, shape.Map.Height, shape.Map.Width], generator: generator).to_type(type));
            _convolutions.Add((map.DetachFromDisposeScope(), weight.DetachFromDisposeScope(), gradient.DetachFromDisposeScope(), shape.Kind));
        }

        foreach (var shape in ConvolutionShapes.AttentionOf(network, patch))
        {
            using var scope = NewDisposeScope();
            long heads = batch * shape.Heads, voxels = shape.Map.VoxelCount, channels = shape.Channels / shape.Heads;
            Tensor Drawn(long rows, bool learns) => randn([heads, rows, channels], generator: generator).requires_grad_(learns).DetachFromDisposeScope();
            _products.Add((
                Drawn(voxels, backward), Drawn(voxels, backward), Drawn(Tokens, backward), Drawn(Tokens, backward),
                [Drawn(voxels, false), Drawn(Tokens, false)]));
        }
    }

    public void Run()
    {
        foreach ((var map, var weight, var gradient, var kind) in _convolutions)
        {
            using var scope = NewDisposeScope();
            var output = kind switch
            {
                ConvolutionKind.Depthwise => DepthwiseConvolution.Apply(map, weight),
                ConvolutionKind.Pointwise => Convolution.Pointwise(map, weight),
                _ => functional.conv3d(map, weight, padding: [1, 1, 1]),
            };
            if (_backward)
            {
                autograd.grad([output], map.requires_grad ? [map, weight] : [weight], [gradient]);
            }
        }

        foreach ((var query, var value, var tokens, var tokenValues, var gradients) in _products)
        {
            using var scope = NewDisposeScope();
            var affinity = query.bmm(tokens.transpose(1, 2));
            Tensor[] gathered = [affinity.bmm(tokenValues), affinity.transpose(1, 2).bmm(value)];
            if (_backward)
            {
                autograd.grad(gathered, [query, value, tokens, tokenValues], gradients);
            }
        }
    }

    public void Dispose()
    {
        foreach ((var map, var weight, var gradient, _) in _convolutions)
        {
            map.Dispose();
            weight.Dispose();
            gradient.Dispose();
        }

        foreach ((var query, var value, var tokens, var tokenValues, var gradients) in _products)
        {
            foreach (var tensor in (Tensor[])[query, value, tokens, tokenValues, .. gradients])
            {
                tensor.Dispose();
            }
        }
    }
}
