using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;

namespace Hermes.Benchmarks;

/// <summary>A 3x3x3 convolution of the network, on a map of this size.</summary>
internal readonly record struct ConvolutionShape(int From, int To, GridSize Map);

/// <summary>Every convolution of a Hermes-R network, in order, the shortcut fused into the block's first.</summary>
internal static class ConvolutionShapes
{
    public static IReadOnlyList<ConvolutionShape> Of(int width, GridSize patch)
    {
        NetworkConfiguration configuration = new() { BaseWidth = width };
        IReadOnlyList<int> w = configuration.Widths;
        GridSize half = Half(patch), quarter = Half(half), eighth = Half(quarter), deepest = Half(eighth);
        return
        [
            new(1, w[0], patch),
            .. Stage(w[0], w[0], patch, 1),
            .. Stage(w[0], w[1], half, 2), .. Stage(w[1], w[2], quarter, 2), .. Stage(w[2], w[3], eighth, 2), .. Stage(w[3], w[4], deepest, 2),
            .. Stage(w[4] + w[3], w[3], eighth, 2), .. Stage(w[3] + w[2], w[2], quarter, 2), .. Stage(w[2] + w[1], w[1], half, 2), .. Stage(w[1] + w[0], w[0], patch, 2),
        ];
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
}
