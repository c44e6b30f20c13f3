using static TorchSharp.torch;

namespace Hermes.Model.Priors;

/// <summary>The two directions in which vectors differ most.</summary>
/// <param name="Places">Each vector by its parts in both directions.</param>
/// <param name="Shares">What of the variance lies in each, 0 to 1.</param>
public sealed record PrincipalComponents(IReadOnlyList<PlanePoint> Places, (double First, double Second) Shares)
{
    /// <summary>Finds them. Signs are such that the farthest place of each direction is positive.</summary>
    /// <param name="vectors">[N, C].</param>
    public static PrincipalComponents Of(IReadOnlyList<float[]> vectors)
    {
        var unit = SimilarityMatrix.UnitVectors(vectors);
        if (unit.Length == 0)
        {
            return new PrincipalComponents([], (0, 0));
        }

        using var scope = NewDisposeScope();
        var rows = tensor([.. unit.SelectMany(u => u)], [unit.Length, unit[0].Length], ScalarType.Float64);
        var (left, values, _) = linalg.svd(rows - rows.mean([0], keepdim: true), fullMatrices: false);
        var (axes, lengths) = (left.data<double>().ToArray(), values.data<double>().ToArray());
        var variance = lengths.Sum(v => v * v);
        double[] Along(int axis) => axis < lengths.Length
            ? Positive([.. Enumerable.Range(0, unit.Length).Select(i => axes[i * lengths.Length + axis] * lengths[axis])])
            : new double[unit.Length];
        double Share(int axis) => axis < lengths.Length && variance > 0 ? lengths[axis] * lengths[axis] / variance : 0;
        return new PrincipalComponents([.. Along(0).Zip(Along(1), (x, y) => new PlanePoint(x, y))], (Share(0), Share(1)));
    }

    private static double[] Positive(double[] along) => along.MaxBy(Math.Abs) < 0 ? Array.ConvertAll(along, x => -x) : along;
}
