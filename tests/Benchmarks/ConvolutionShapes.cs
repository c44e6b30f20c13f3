using Hermes.Model.Network;

namespace Hermes.Benchmarks;

/// <summary>A 3x3x3 convolution of the network.</summary>
internal readonly record struct ConvolutionShape(int From, int To, int Axis);

/// <summary>Every convolution of a Hermes-R network, in order, the shortcut fused into the block's first.</summary>
internal static class ConvolutionShapes
{
    public static IReadOnlyList<ConvolutionShape> Of(int width, int axis)
    {
        NetworkConfiguration configuration = new() { BaseWidth = width };
        IReadOnlyList<int> w = configuration.Widths;
        return
        [
            new(1, w[0], axis),
            .. Stage(w[0], w[0], axis, 1),
            .. Stage(w[0], w[1], axis / 2, 2), .. Stage(w[1], w[2], axis / 4, 2), .. Stage(w[2], w[3], axis / 8, 2), .. Stage(w[3], w[4], axis / 16, 2),
            .. Stage(w[4] + w[3], w[3], axis / 8, 2), .. Stage(w[3] + w[2], w[2], axis / 4, 2), .. Stage(w[2] + w[1], w[1], axis / 2, 2), .. Stage(w[1] + w[0], w[0], axis, 2),
        ];
    }

    private static IEnumerable<ConvolutionShape> Stage(int from, int to, int axis, int blocks)
    {
        for (int block = 0; block < blocks; block++)
        {
            int entering = block == 0 ? from : to;
            yield return new(entering, entering == to ? to : 2 * to, axis);
            yield return new(to, to, axis);
        }
    }
}
