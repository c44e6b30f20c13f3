using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>
/// Takes the two halves of a channels-last map's channels apart, and puts their gradients together, each in one pass over memory.
/// Views of the halves would be copied by whatever needs them dense, and their gradients filled up with zeros and added.
/// </summary>
internal sealed unsafe class SplitMap : autograd.MultiTensorFunction<SplitMap>
{
    /// <inheritdoc/>
    public override string Name => nameof(SplitMap);

    /// <summary>[B, 2C, D, H, W] to two of [B, C, D, H, W], in the caller's dispose scope.</summary>
    public static (Tensor First, Tensor Second) Apply(Tensor map)
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<Tensor> halves = map.device_type != TorchSharp.DeviceType.CPU ? map.chunk(2, 1)
            : is_grad_enabled() && map.requires_grad ? apply(MemoryLayout.ChannelsLast(map))
            : Run(MemoryLayout.ChannelsLast(map));
        return (halves[0].MoveToOuterDisposeScope(), halves[1].MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        // Materialised gradients would be made from cached tensors that the dispose scope of Apply has let go.
        ctx.set_materialize_grads(false);
        return Run((Tensor)vars[0]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var scope = NewDisposeScope();
        Tensor first = MemoryLayout.ChannelsLast(grad_outputs[0]), second = MemoryLayout.ChannelsLast(grad_outputs[1]);
        var gradient = MemoryLayout.Empty(first.shape[0], 2 * first.shape[1], first.shape[2..], first.dtype);
        byte* a = MemoryLayout.Pointer(first), b = MemoryLayout.Pointer(second), both = MemoryLayout.Pointer(gradient);
        ForEachVoxel(first, (start, end, bytes) =>
        {
            for (var voxel = start; voxel < end; voxel++)
            {
                Unsafe.CopyBlockUnaligned(both + (2 * voxel * bytes), a + (voxel * bytes), (uint)bytes);
                Unsafe.CopyBlockUnaligned(both + (((2 * voxel) + 1) * bytes), b + (voxel * bytes), (uint)bytes);
            }
        });
        grad_outputs.ForEach(given => given.Dispose());
        return HandedOver.Keep(gradient);
    }

    private static List<Tensor> Run(Tensor map)
    {
        var first = MemoryLayout.Empty(map.shape[0], map.shape[1] / 2, map.shape[2..], map.dtype);
        var second = MemoryLayout.Empty(map.shape[0], map.shape[1] / 2, map.shape[2..], map.dtype);
        byte* a = MemoryLayout.Pointer(first), b = MemoryLayout.Pointer(second), both = MemoryLayout.Pointer(map);
        ForEachVoxel(first, (start, end, bytes) =>
        {
            for (var voxel = start; voxel < end; voxel++)
            {
                Unsafe.CopyBlockUnaligned(a + (voxel * bytes), both + (2 * voxel * bytes), (uint)bytes);
                Unsafe.CopyBlockUnaligned(b + (voxel * bytes), both + (((2 * voxel) + 1) * bytes), (uint)bytes);
            }
        });
        return [first, second];
    }

    /// <summary>Calls <paramref name="body"/> with ranges of voxels and the bytes of half a voxel.</summary>
    private static void ForEachVoxel(Tensor half, Action<nint, nint, int> body)
    {
        const int Range = 4096;
        var bytes = checked((int)(half.shape[1] * half.ElementSize));
        var voxels = (nint)(half.numel() / half.shape[1]);
        WorkSharing.For(checked((int)((voxels + Range - 1) / Range)), item => body((nint)item * Range, Math.Min(voxels, ((nint)item + 1) * Range), bytes));
    }
}
