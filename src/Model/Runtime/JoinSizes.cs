using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>Sizes of an <see cref="UpsampledJoin"/>.</summary>
/// <param name="Samples">B.</param>
/// <param name="FineChannels">Channels of the fine map.</param>
/// <param name="CoarseChannels">Channels of the coarse map.</param>
/// <param name="FineShape">D, H, W of the fine map.</param>
/// <param name="CoarseShape">d, h, w of the coarse map.</param>
/// <param name="CoarseFirst">Whether the coarse map's channels come first.</param>
internal sealed record JoinSizes(int Samples, int FineChannels, int CoarseChannels, long[] FineShape, long[] CoarseShape, bool CoarseFirst)
{
    /// <summary>The fine map's first channel in the joined one.</summary>
    public int FineStart => CoarseFirst ? CoarseChannels : 0;

    /// <summary>The coarse map's first channel in the joined one.</summary>
    public int CoarseStart => CoarseFirst ? 0 : FineChannels;

    public static JoinSizes Of(Tensor fine, Tensor coarse, bool coarseFirst)
    {
        long[] f = fine.shape, c = coarse.shape;
        return new JoinSizes(checked((int)f[0]), checked((int)f[1]), checked((int)c[1]), f[2..], c[2..], coarseFirst);
    }
}
