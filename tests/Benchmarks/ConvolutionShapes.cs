using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;

namespace Hermes.Benchmarks;

/// <summary>What a convolution mixes.</summary>
internal enum ConvolutionKind
{
    /// <summary>3x3x3, all channels.</summary>
    Full,

    /// <summary>3x3x3, every channel by itself.</summary>
    Depthwise,

    /// <summary>1x1x1, all channels.</summary>
    Pointwise,
}

/// <summary>A convolution of the network, on a map of this size.</summary>
internal readonly record struct ConvolutionShape(int From, int To, GridSize Map, ConvolutionKind Kind = ConvolutionKind.Full);

/// <summary>The products of an attention of Hermes-M: affinities of voxels and tokens, and what each gathers of the other.</summary>
internal readonly record struct AttentionShape(int Heads, int Channels, GridSize Map);

/// <summary>Every convolution of a network, in order, those that read the same map fused into one.</summary>
internal static class ConvolutionShapes
{
    public static IReadOnlyList<ConvolutionShape> Of(NetworkConfiguration network, GridSize patch)
    {
        IReadOnlyList<int> w = network.Widths;
        GridSize half = Half(patch), quarter = Half(half), eighth = Half(quarter), deepest = Half(eighth);
        IEnumerable<ConvolutionShape> first = [new(1, w[0], patch), .. Stage(w[0], w[0], patch, 1)];
        IEnumerable<ConvolutionShape> last = [.. Stage(w[2] + w[1], w[1], half, network.BlocksPerStage[0]), .. Stage(w[1] + w[0], w[0], patch, 2)];
        if (network.Architecture == Architecture.MedFormer)
        {
            var blocks = network.FusionBlocks;
            return
            [
                .. first, .. Merge(w[0], w[1], half), .. Stage(w[1], w[1], half, network.BlocksPerStage[0]),
                .. Down(w[1], w[2], quarter, blocks[0]), .. Down(w[2], w[3], eighth, blocks[1]), .. Down(w[3], w[4], deepest, blocks[2]),
                .. Transformers(w[4] + w[3], w[3], eighth, blocks[3]), .. Transformers(w[3] + w[2], w[2], quarter, blocks[4]), .. last,
            ];
        }

        return
        [
            .. first, .. Stage(w[0], w[1], half, 2), .. Stage(w[1], w[2], quarter, 2), .. Stage(w[2], w[3], eighth, 2), .. Stage(w[3], w[4], deepest, 2),
            .. Stage(w[4] + w[3], w[3], eighth, 2), .. Stage(w[3] + w[2], w[2], quarter, 2), .. last,
        ];

        IEnumerable<ConvolutionShape> Down(int from, int to, GridSize map, int count) =>
            [.. Merge(from, to, map), new(to, to + network.SemanticTokens, map), .. Transformers(to, to, map, count)];
    }

    /// <summary>Of Hermes-R none: its attention is little beside its convolutions.</summary>
    public static IReadOnlyList<AttentionShape> AttentionOf(NetworkConfiguration network, GridSize patch)
    {
        GridSize quarter = Half(Half(patch)), eighth = Half(quarter);
        GridSize[] maps = [quarter, eighth, Half(eighth), eighth, quarter];
        return network.Architecture != Architecture.MedFormer
            ? []
            : [.. Enumerable.Range(0, maps.Length).SelectMany(scale =>
                Enumerable.Repeat(new AttentionShape(network.HeadsFor(network.FusionWidths[scale]), network.FusionWidths[scale], maps[scale]), network.FusionBlocks[scale]))];
    }

    private static GridSize Half(GridSize map) => new(map.Depth / 2, map.Height / 2, map.Width / 2);

    private static IEnumerable<ConvolutionShape> Stage(int from, int to, GridSize map, int blocks)
    {
        for (var block = 0; block < blocks; block++)
        {
            var entering = block == 0 ? from : to;
            yield return new(entering, entering == to ? to : 2 * to, map);
            yield return new(to, to, map);
        }
    }

    private static IEnumerable<ConvolutionShape> Merge(int from, int to, GridSize map) =>
        [new(8 * from, 8 * from, map, ConvolutionKind.Depthwise), new(8 * from, to, map, ConvolutionKind.Pointwise)];

    private static IEnumerable<ConvolutionShape> Transformers(int from, int to, GridSize map, int blocks)
    {
        for (var block = 0; block < blocks; block++)
        {
            var entering = block == 0 ? from : to;
            yield return new(entering, entering, map, ConvolutionKind.Depthwise);
            yield return new(entering, 2 * to, map, ConvolutionKind.Pointwise);
            yield return new(to, to, map, ConvolutionKind.Depthwise);
            yield return new(to, to, map, ConvolutionKind.Pointwise);
            if (entering != to)
            {
                yield return new(entering, to, map, ConvolutionKind.Pointwise);
            }

            yield return new(to, 4 * to, map, ConvolutionKind.Pointwise);
            yield return new(4 * to, 4 * to, map, ConvolutionKind.Depthwise);
            yield return new(4 * to, to, map, ConvolutionKind.Pointwise);
        }
    }
}
