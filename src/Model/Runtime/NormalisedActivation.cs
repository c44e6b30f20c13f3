using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Runtime;

/// <summary>Instance normalisation without learned scale, then ReLU where it is wanted, as one differentiable operation on a channels-last map.</summary>
internal sealed unsafe class NormalisedActivation : autograd.SingleTensorFunction<NormalisedActivation>
{
    /// <summary>Epsilon of the residual units.</summary>
    public const double Epsilon = 1e-4;

    /// <summary>The epsilon that the framework has where none is said, as in some parts of Hermes-M.</summary>
    public const double FrameworkEpsilon = 1e-5;

    /// <inheritdoc/>
    public override string Name => nameof(NormalisedActivation);

    /// <summary>[B, C, D, H, W] float32 or bfloat16 to the same shape as <paramref name="type"/>; statistics are float32.</summary>
    public static Tensor Apply(Tensor map, ScalarType type, double epsilon = Epsilon, bool rectified = true)
    {
        using var scope = NewDisposeScope();
        if (map.device_type != TorchSharp.DeviceType.CPU || type == ScalarType.Float64)
        {
            var exact = type == ScalarType.Float64 ? type : ScalarType.Float32;
            var normalised = functional.instance_norm(map.to_type(exact), use_input_stats: true, eps: epsilon);
            return (rectified ? functional.relu(normalised) : normalised).to_type(type).MoveToOuterDisposeScope();
        }

        var dense = MemoryLayout.ChannelsLast(map);
        var floor = rectified ? 0 : float.NegativeInfinity;
        var result = is_grad_enabled() && dense.requires_grad ? apply(dense, type, epsilon, floor) : Run(dense, type, epsilon, floor).Output;
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var map = (Tensor)vars[0];
        var floor = (float)vars[3];
        (var output, var statistics) = Run(map, (ScalarType)vars[1], (double)vars[2], floor);
        // Materialised gradients would be made from a cached tensor that the dispose scope of Apply has let go.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([map, statistics]);
        ctx.save_data("floor", floor);
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
        var floor = (float)ctx.get_data("floor");
        void* x = MemoryLayout.Pointer(map), g = MemoryLayout.Pointer(gradient), dx = MemoryLayout.Pointer(mapGradient);
        var statistics = (float*)MemoryLayout.Pointer(saved[1]);
        switch (map.dtype, gradient.dtype)
        {
            case (ScalarType.Float32, ScalarType.Float32):
                NormalisationKernel<Single32, Single32>.Backward(x, g, statistics, dx, size, floor);
                break;
            case (ScalarType.BFloat16, ScalarType.BFloat16):
                NormalisationKernel<Brain16, Brain16>.Backward(x, g, statistics, dx, size, floor);
                break;
            case (ScalarType.Float32, ScalarType.BFloat16):
                NormalisationKernel<Single32, Brain16>.Backward(x, g, statistics, dx, size, floor);
                break;
            default:
                NormalisationKernel<Brain16, Single32>.Backward(x, g, statistics, dx, size, floor);
                break;
        }

        grad_output.Dispose();
        saved.ForEach(variable => variable.Dispose());
        return [.. HandedOver.Keep(mapGradient), null!, null!, null!];
    }

    private static (Tensor Output, Tensor Statistics) Run(Tensor map, ScalarType type, double epsilon, float floor)
    {
        var size = SizeOf(map);
        var output = Allocate(map, type);
        var statistics = empty([size.Samples, 2, size.Channels], ScalarType.Float32);
        void* x = MemoryLayout.Pointer(map), y = MemoryLayout.Pointer(output);
        var s = (float*)MemoryLayout.Pointer(statistics);
        switch (map.dtype, type)
        {
            case (ScalarType.Float32, ScalarType.Float32):
                NormalisationKernel<Single32, Single32>.Forward(x, y, s, size, epsilon, floor);
                break;
            case (ScalarType.BFloat16, ScalarType.BFloat16):
                NormalisationKernel<Brain16, Brain16>.Forward(x, y, s, size, epsilon, floor);
                break;
            case (ScalarType.Float32, ScalarType.BFloat16):
                NormalisationKernel<Single32, Brain16>.Forward(x, y, s, size, epsilon, floor);
                break;
            case (ScalarType.BFloat16, ScalarType.Float32):
                NormalisationKernel<Brain16, Single32>.Forward(x, y, s, size, epsilon, floor);
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
