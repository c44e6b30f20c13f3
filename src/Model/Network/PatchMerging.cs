using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Halves a map (docs/method.md, Hermes-M): the eight voxels of a cube of two become channels of one, which are normalised and mixed.</summary>
internal sealed class PatchMerging : Module
{
    public PatchMerging(int from, int to, ParameterSource source)
        : base(nameof(PatchMerging))
    {
        Reduction = new SeparableConvolution(8 * from, to, source);
        register_module("reduction", Reduction);
    }

    public SeparableConvolution Reduction { get; }

    /// <summary>[B, from, D, H, W] to [B, to, D/2, H/2, W/2]; the last plane of an odd axis is left out, as a max-pool does.</summary>
    public Tensor Forward(Tensor features, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var normalised = NormalisedActivation.Apply(Merge(features), type, NormalisedActivation.FrameworkEpsilon, rectified: false);
        return Reduction.Forward(normalised).MoveToOuterDisposeScope();
    }

    /// <summary>[B, C, D, H, W] to [B, 8C, D/2, H/2, W/2]: sub-lattices with the offset along D outermost, then along H, then along W.</summary>
    private static Tensor Merge(Tensor features)
    {
        using var scope = NewDisposeScope();
        var map = MemoryLayout.ChannelsLast(features).permute(0, 2, 3, 4, 1);
        for (var axis = 3; axis >= 1; axis--)
        {
            map = map.narrow(axis, 0, map.shape[axis] / 2 * 2).unflatten(axis, [-1, 2]);
        }

        // [B, d, 2, h, 2, w, 2, C] to [B, d, h, w, 2, 2, 2, C].
        return map.permute(0, 1, 3, 5, 2, 4, 6, 7).flatten(4).permute(0, 4, 1, 2, 3).MoveToOuterDisposeScope();
    }
}
