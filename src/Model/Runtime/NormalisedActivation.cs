using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Runtime;

/// <summary>Instance normalisation without learned scale, then ReLU, as one differentiable operation on a channels-last map.</summary>
internal sealed unsafe class NormalisedActivation : autograd.SingleTensorFunction<NormalisedActivation>
{
    private const double Epsilon = 1e-4;

    /// <summary>
    /// The gradient handed to libtorch last. Libtorch copies the handle after the callback has returned, so it cannot be disposed there;
    /// left to a dispose scope, the gradients of a whole backward pass would stay in memory.
    /// </summary>
    [ThreadStatic]
    private static Tensor? t_handedOver;

    /// <inheritdoc/>
    public override string Name => nameof(NormalisedActivation);

    /// <summary>[B, C, D, H, W] float32 or bfloat16 to the same shape as <paramref name="type"/>; statistics are float32.</summary>
    public static Tensor Apply(Tensor map, ScalarType type)
    {
        using var scope = NewDisposeScope();
        if (map.device_type != TorchSharp.DeviceType.CPU)
        {
            Tensor normalised = functional.instance_norm(map.to_type(ScalarType.Float32), use_input_stats: true, eps: Epsilon);
            return functional.relu(normalised).to_type(type).MoveToOuterDisposeScope();
        }
        Tensor dense = MemoryLayout.ChannelsLast(map);
        Tensor result = is_grad_enabled() && dense.requires_grad ? apply(dense, type) : Run(dense, type).Output;
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var map = (Tensor)vars[0];
        (Tensor output, Tensor statistics) = Run(map, (ScalarType)vars[1]);
        // Materialised gradients would be made from a cached tensor that the dispose scope of Apply has let go.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([map, statistics]);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        Tensor map = MemoryLayout.ChannelsLast(saved[0]);
        Tensor gradient = MemoryLayout.ChannelsLast(grad_output);
        Tensor mapGradient = Allocate(map, map.dtype);
        MapSize size = SizeOf(map);
        void* x = Pointer(map), g = Pointer(gradient), dx = Pointer(mapGradient);
        var statistics = (float*)Pointer(saved[1]);
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
        t_handedOver?.Dispose();
        t_handedOver = mapGradient.DetachFromDisposeScope();
        return [t_handedOver, null!];
    }

    private static (Tensor Output, Tensor Statistics) Run(Tensor map, ScalarType type)
    {
        MapSize size = SizeOf(map);
        Tensor output = Allocate(map, type);
        Tensor statistics = empty([size.Samples, 2, size.Channels], ScalarType.Float32);
        void* x = Pointer(map), y = Pointer(output);
        var s = (float*)Pointer(statistics);
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
        long[] shape = map.shape;
        return new MapSize(checked((int)shape[0]), checked((int)shape[1]), checked(shape[2] * shape[3] * shape[4]));
    }

    private static Tensor Allocate(Tensor like, ScalarType type)
    {
        long[] shape = like.shape;
        using Tensor memory = empty([shape[0], shape[2], shape[3], shape[4], shape[1]], type);
        return memory.permute(0, 4, 1, 2, 3);
    }

    /// <summary>Address of a dense tensor's first number.</summary>
    private static void* Pointer(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor first = tensor.as_strided([1], [1]);
            return Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
        }
    }
}
