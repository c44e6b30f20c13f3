using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Runtime;

/// <summary>Instance normalisation without learned scale, then ReLU, as one differentiable operation on a channels-last map.</summary>
internal sealed unsafe class NormalisedActivation : autograd.SingleTensorFunction<NormalisedActivation>
{
    private const double Epsilon = 1e-4;

    /// <inheritdoc/>
    public override string Name => nameof(NormalisedActivation);

    /// <summary>[B, C, D, H, W] float32 or bfloat16 to the same shape as <paramref name="type"/>; statistics are float32.</summary>
    public static Tensor Apply(Tensor map, ScalarType type)
    {
        using var scope = NewDisposeScope();
        if (map.device_type != TorchSharp.DeviceType.CPU)
        {
            var normalised = functional.instance_norm(map.to_type(ScalarType.Float32), use_input_stats: true, eps: Epsilon);
            return functional.relu(normalised).to_type(type).MoveToOuterDisposeScope();
        }

        var dense = MemoryLayout.ChannelsLast(map);
        var result = is_grad_enabled() && dense.requires_grad ? apply(dense, type) : Run(dense, type).Output;
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var map = (Tensor)vars[0];
        (var output, var statistics) = Run(map, (ScalarType)vars[1]);
        // Materialised gradients would be made from a cached tensor that the dispose scope of Apply has let go.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([map, statistics]);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var map = MemoryLayout.ChannelsLast(saved[0]);
        var gradient = MemoryLayout.ChannelsLast(grad_output);
        var mapGradient = Allocate(map, map.dtype);
        var size = SizeOf(map);
        void* x = MemoryLayout.Pointer(map), g = MemoryLayout.Pointer(gradient), dx = MemoryLayout.Pointer(mapGradient);
        var statistics = (float*)MemoryLayout.Pointer(saved[1]);
        switch (map.dtype, gradient.dtype)
        {
            case (ScalarType.Float32, ScalarType.Float32):
                NormalisationKernel<Single32, Single32>.Backward(x, g, statistics, dx, size);
                break;
            case (ScalarType.BFloat16, ScalarType.BFloat16):
                NormalisationKernel<Brain16, Brain16>.Backward(x, g, statistics, dx, size);
                break;
            case (ScalarType.Float32, ScalarType.BFloat16):
                NormalisationKernel<Single32, Brain16>.Backward(x, g, statistics, dx, size);
                break;
            default:
                NormalisationKernel<Brain16, Single32>.Backward(x, g, statistics, dx, size);
                break;
        }

        grad_output.Dispose();
        saved.ForEach(variable => variable.Dispose());
        return [.. HandedOver.Keep(mapGradient), null!];
    }

    private static (Tensor Output, Tensor Statistics) Run(Tensor map, ScalarType type)
    {
        var size = SizeOf(map);
        var output = Allocate(map, type);
        var statistics = empty([size.Samples, 2, size.Channels], ScalarType.Float32);
        void* x = MemoryLayout.Pointer(map), y = MemoryLayout.Pointer(output);
        var s = (float*)MemoryLayout.Pointer(statistics);
        switch (map.dtype, type)
        {
            case (ScalarType.Float32, ScalarType.Float32):
                NormalisationKernel<Single32, Single32>.Forward(x, y, s, size, Epsilon);
                break;
            case (ScalarType.BFloat16, ScalarType.BFloat16):
                NormalisationKernel<Brain16, Brain16>.Forward(x, y, s, size, Epsilon);
                break;
            case (ScalarType.Float32, ScalarType.BFloat16):
                NormalisationKernel<Single32, Brain16>.Forward(x, y, s, size, Epsilon);
                break;
            case (ScalarType.BFloat16, ScalarType.Float32):
                NormalisationKernel<Brain16, Single32>.Forward(x, y, s, size, Epsilon);
                break;
            default:
                throw new ArgumentException($"Expected a float32 or bfloat16 map, found {map.dtype} to {type}.", nameof(map));
        }

        return (output, statistics);
    }

    private static MapSize SizeOf(Tensor map)
    {
        var shape = map.shape;
        return new MapSize(checked((int)shape[0]), checked((int)shape[1]), checked(shape[2] * shape[3] * shape[4]));
    }

    private static Tensor Allocate(Tensor like, ScalarType type) => MemoryLayout.Empty(like.shape[0], like.shape[1], like.shape[2..], type);
}
