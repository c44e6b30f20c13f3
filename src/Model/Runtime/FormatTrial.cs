using System.Diagnostics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Runtime;

/// <summary>Tries how long a convolution and its gradients take on this processor in two number formats, a second or less.</summary>
internal static class FormatTrial
{
    // The first is not counted: kernels are chosen and made in it.
    private const int Rounds = 6;

    // As many channels and voxels as the largest stages of the small presets have.
    private static readonly long[] Map = [2, 16, 32, 32, 32];

    /// <summary>The time in bfloat16 divided by that in float32, each the shortest of rounds that take turns: what else the machine does only makes some longer.</summary>
    public static double BFloat16Share()
    {
        var rounds = Enumerable.Range(0, Rounds)
            .Select(_ => (Full: Time(ScalarType.Float32), Mixed: Time(ScalarType.BFloat16))).Skip(1).ToList();
        return rounds.Min(r => r.Mixed) / rounds.Min(r => r.Full);
    }

    private static TimeSpan Time(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        using var generator = new Generator(17);
        var map = InFormat(MemoryLayout.ChannelsLast(randn(Map, generator: generator))).requires_grad_(true);
        var weight = InFormat(randn([Map[1], Map[1], 3, 3, 3], generator: generator)).requires_grad_(true);
        var gradient = InFormat(MemoryLayout.ChannelsLast(randn(Map, generator: generator)));
        var started = Stopwatch.GetTimestamp();
        var output = functional.conv3d(map, weight, padding: [1, 1, 1]);
        autograd.grad([output], [map, weight], [gradient]);
        return Stopwatch.GetElapsedTime(started);

        Tensor InFormat(Tensor tensor) => tensor.to_type(type).detach();
    }
}
