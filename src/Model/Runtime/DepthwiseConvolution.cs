using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Runtime;

/// <summary>
/// 3x3x3 convolution of every channel by itself, with padding 1, as one differentiable operation on channels-last maps. Libtorch has no fast one in three
/// dimensions on the CPU.
/// </summary>
internal sealed unsafe class DepthwiseConvolution : autograd.SingleTensorFunction<DepthwiseConvolution>
{
    /// <inheritdoc/>
    public override string Name => nameof(DepthwiseConvolution);

    /// <summary>[B, C, D, H, W] float32 or bfloat16 to the same shape and kind, in the caller's dispose scope; sums are float32.</summary>
    /// <param name="map">The map.</param>
    /// <param name="weight">[C, 1, 3, 3, 3] float32.</param>
    public static Tensor Apply(Tensor map, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var dense = MemoryLayout.ChannelsLast(map);
        if (map.device_type != TorchSharp.DeviceType.CPU || map.dtype == ScalarType.Float64)
        {
            return MemoryLayout.ChannelsLast(functional.conv3d(dense, weight.to_type(map.dtype), padding: [1, 1, 1], groups: map.shape[1])).MoveToOuterDisposeScope();
        }

        var result = is_grad_enabled() && (dense.requires_grad || weight.requires_grad) ? apply(dense, weight) : Run(dense, weight);
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor map = (Tensor)vars[0], weight = (Tensor)vars[1];
        // Materialised gradients would be made from a cached tensor that the dispose scope of Apply has let go.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([map, weight]);
        return Run(map, weight);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var map = MemoryLayout.ChannelsLast(saved[0]);
        var gradient = MemoryLayout.ChannelsLast(grad_output.to_type(map.dtype));
        var sizes = DepthwiseSizes.Of(map);
        var mapGradient = Convolve(gradient, Taps(saved[1]).flip(0).contiguous(), sizes);
        var weightGradient = Correlate(map, gradient, sizes);
        grad_output.Dispose();
        saved.ForEach(variable => variable.Dispose());
        return HandedOver.Keep(mapGradient, weightGradient);
    }

    private static Tensor Run(Tensor map, Tensor weight) => Convolve(map, Taps(weight), DepthwiseSizes.Of(map));

    /// <summary>[C, 1, 3, 3, 3] to [27, C].</summary>
    private static Tensor Taps(Tensor weight) => weight.flatten(1).transpose(0, 1).contiguous();

    private static Tensor Convolve(Tensor map, Tensor taps, DepthwiseSizes sizes)
    {
        var output = MemoryLayout.Empty(sizes.Samples, sizes.Channels, [sizes.Depth, sizes.Height, sizes.Width], map.dtype);
        byte* x = MemoryLayout.Pointer(map), y = MemoryLayout.Pointer(output);
        var w = (float*)MemoryLayout.Pointer(taps);
        if (map.dtype == ScalarType.BFloat16)
        {
            DepthwiseKernel<Brain16>.Convolve(x, w, y, sizes);
        }
        else
        {
            DepthwiseKernel<Single32>.Convolve(x, w, y, sizes);
        }

        GC.KeepAlive(taps);
        return output;
    }

    /// <summary>The gradient of the weights [C, 1, 3, 3, 3].</summary>
    private static Tensor Correlate(Tensor map, Tensor gradient, DepthwiseSizes sizes)
    {
        var planes = empty([(long)sizes.Samples * sizes.Depth, DepthwiseSizes.Taps, sizes.Channels], ScalarType.Float32);
        byte* x = MemoryLayout.Pointer(map), g = MemoryLayout.Pointer(gradient);
        var sums = (float*)MemoryLayout.Pointer(planes);
        if (map.dtype == ScalarType.BFloat16)
        {
            DepthwiseKernel<Brain16>.Correlate(x, g, sums, sizes);
        }
        else
        {
            DepthwiseKernel<Single32>.Correlate(x, g, sums, sizes);
        }

        return planes.sum([0]).transpose(0, 1).contiguous().view(sizes.Channels, 1, 3, 3, 3);
    }
}
