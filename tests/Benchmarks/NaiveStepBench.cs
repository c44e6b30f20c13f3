using Hermes.Imaging.Configuration;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Benchmarks;

/// <summary>
/// The same step written down plainly: libtorch's own operations, channels first, the shortcut a convolution of its own.
/// Only its time is of use; libtorch computes some of these convolutions wrongly. Prior fusion and heads are left out, in its favour.
/// </summary>
internal sealed class NaiveStepBench : IWorkload
{
    private readonly Queue<Parameter> _inOrder = new();
    private readonly List<Parameter> _weights = [];
    private readonly NetworkConfiguration _configuration;
    private readonly Generator _generator = new(3);
    private readonly Tensor _image;

    public NaiveStepBench(int width, int axis, int batch)
    {
        _configuration = new NetworkConfiguration { BaseWidth = width };
        _image = randn([batch, 1, axis, axis, axis], generator: _generator);
    }

    public void Run()
    {
        using var scope = NewDisposeScope();
        _weights.ForEach(_inOrder.Enqueue);
        IReadOnlyList<int> w = _configuration.Widths;
        var full = Block(Convolve(_image, w[0]), w[0]);
        var half = Stage(Halve(full), w[1]);
        var quarter = Stage(Halve(half), w[2]);
        var eighth = Stage(Halve(quarter), w[3]);
        var features = Stage(Halve(eighth), w[4]);
        features = Stage(Join(eighth, features), w[3]);
        features = Stage(Join(quarter, features), w[2]);
        features = Stage(Join(half, features), w[1]);
        features = Stage(Join(full, features), w[0]);
        features.pow(2).mean().backward();
        foreach (var weight in _weights)
        {
            weight.grad = null;
        }
    }

    public void Dispose()
    {
        _weights.ForEach(weight => weight.Dispose());
        _image.Dispose();
        _generator.Dispose();
    }

    private Tensor Stage(Tensor map, int to) => Block(Block(map, to), to);

    private Tensor Block(Tensor map, int to)
    {
        var normalised = Normalise(map);
        var residual = Convolve(Normalise(Convolve(normalised, to)), to);
        return residual + (map.shape[1] == to ? map : Convolve(normalised, to));
    }

    private Tensor Convolve(Tensor map, int to)
    {
        if (!_inOrder.TryDequeue(out var weight))
        {
            var values = randn([to, map.shape[1], 3, 3, 3], generator: _generator) * 0.1;
            weight = new Parameter(values.DetachFromDisposeScope());
            _weights.Add((Parameter)weight.DetachFromDisposeScope());
        }

        return functional.conv3d(map, weight, padding: [1, 1, 1]);
    }

    private static Tensor Normalise(Tensor map) => functional.relu(functional.instance_norm(map, use_input_stats: true, eps: 1e-4));

    private static Tensor Halve(Tensor map) => functional.max_pool3d(map, [2, 2, 2]);

    private static Tensor Join(Tensor skip, Tensor below) =>
        cat([skip, functional.interpolate(below, skip.shape[2..], mode: InterpolationMode.Trilinear, align_corners: true)], 1);
}
