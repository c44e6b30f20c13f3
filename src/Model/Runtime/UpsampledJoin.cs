using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Runtime;

/// <summary>
/// Brings a coarse map to the size of a fine one by trilinear interpolation (corners aligned) and puts it behind the fine one's channels, or before them,
/// as one differentiable operation on channels-last maps. Libtorch's own interpolation goes through channels-first copies on its way back.
/// </summary>
internal sealed unsafe class UpsampledJoin : autograd.SingleTensorFunction<UpsampledJoin>
{
    /// <inheritdoc/>
    public override string Name => nameof(UpsampledJoin);

    /// <summary>[B, S, D, H, W] and [B, C, d, h, w] to [B, S + C, D, H, W], in the caller's dispose scope.</summary>
    public static Tensor Apply(Tensor fine, Tensor coarse, bool coarseFirst = false)
    {
        using var scope = NewDisposeScope();
        if (fine.device_type != TorchSharp.DeviceType.CPU || fine.dtype == ScalarType.Float64)
        {
            var up = functional.interpolate(coarse, fine.shape[2..], mode: InterpolationMode.Trilinear, align_corners: true);
            return cat(coarseFirst ? [up, fine] : [fine, up], 1).MoveToOuterDisposeScope();
        }

        var type = fine.dtype == coarse.dtype ? fine.dtype : ScalarType.Float32;
        (fine, coarse) = (MemoryLayout.ChannelsLast(fine.to_type(type)), MemoryLayout.ChannelsLast(coarse.to_type(type)));
        var joined = is_grad_enabled() && (fine.requires_grad || coarse.requires_grad)
            ? apply(fine, coarse, coarseFirst)
            : Run(fine, coarse, JoinSizes.Of(fine, coarse, coarseFirst));
        return joined.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var fine = (Tensor)vars[0];
        var coarse = (Tensor)vars[1];
        ctx.set_materialize_grads(false);
        var sizes = JoinSizes.Of(fine, coarse, (bool)vars[2]);
        ctx.save_data("sizes", sizes);
        return Run(fine, coarse, sizes);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var sizes = (JoinSizes)ctx.get_data("sizes");
        var joined = MemoryLayout.ChannelsLast(grad_output);
        var fine = MemoryLayout.Empty(sizes.Samples, sizes.FineChannels, sizes.FineShape, joined.dtype);
        var coarse = MemoryLayout.Empty(sizes.Samples, sizes.CoarseChannels, sizes.CoarseShape, joined.dtype);
        // Planes already brought to the coarse height and width, but not yet to its depth.
        var planes = empty([sizes.Samples * sizes.FineShape[0], sizes.CoarseShape[1] * sizes.CoarseShape[2] * sizes.CoarseChannels], ScalarType.Float32);
        byte* j = MemoryLayout.Pointer(joined), f = MemoryLayout.Pointer(fine), c = MemoryLayout.Pointer(coarse);
        var p = (float*)MemoryLayout.Pointer(planes);
        if (joined.dtype == ScalarType.BFloat16)
        {
            JoinKernel<Brain16>.Backward(j, f, c, p, sizes);
        }
        else
        {
            JoinKernel<Single32>.Backward(j, f, c, p, sizes);
        }

        grad_output.Dispose();
        return [.. HandedOver.Keep(fine, coarse), null!];
    }

    private static Tensor Run(Tensor fine, Tensor coarse, JoinSizes sizes)
    {
        var joined = MemoryLayout.Empty(sizes.Samples, sizes.FineChannels + sizes.CoarseChannels, sizes.FineShape, fine.dtype);
        byte* f = MemoryLayout.Pointer(fine), c = MemoryLayout.Pointer(coarse), j = MemoryLayout.Pointer(joined);
        if (fine.dtype == ScalarType.BFloat16)
        {
            JoinKernel<Brain16>.Forward(f, c, j, sizes);
        }
        else
        {
            JoinKernel<Single32>.Forward(f, c, j, sizes);
        }

        return joined;
    }
}
