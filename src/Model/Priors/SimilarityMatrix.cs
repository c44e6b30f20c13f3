namespace Hermes.Model.Priors;

/// <summary>How alike things are, each with each: symmetric, and 1 on the diagonal.</summary>
public sealed class SimilarityMatrix
{
    private readonly double[] _values;

    private SimilarityMatrix(int count) => (Count, _values) = (count, new double[count * count]);

    /// <summary>How many things there are.</summary>
    public int Count { get; }

    /// <summary>How alike two of them are, -1 to 1.</summary>
    public double this[int first, int second] => _values[first * Count + second];

    /// <summary>How alike one is to each, itself too.</summary>
    public ReadOnlySpan<double> Row(int one) => _values.AsSpan(one * Count, Count);

    /// <summary>The others, the most alike first; of two that are as alike, the one of the lower number.</summary>
    public IReadOnlyList<int> Neighbours(int one) => [.. Enumerable.Range(0, Count).Where(other => other != one).OrderByDescending(other => this[one, other])];

    /// <summary>Which of the others' places one has among the neighbours of another: 1 for the nearest. By chance it is half of their number.</summary>
    public int Rank(int one, int of) => 1 + Enumerable.Range(0, Count).Count(other => other != of && other != one && this[of, other] > this[of, one]);

    /// <summary>The cosines between vectors [N, C]; one without any length is like nothing, with a cosine of 0.</summary>
    /// <exception cref="ArgumentException">The vectors differ in length, or hold what is no number.</exception>
    public static SimilarityMatrix Cosine(IReadOnlyList<float[]> vectors)
    {
        var unit = UnitVectors(vectors);
        var matrix = new SimilarityMatrix(unit.Length);
        for (var i = 0; i < unit.Length; i++)
        {
            matrix._values[i * unit.Length + i] = 1;
            for (var j = 0; j < i; j++)
            {
                var cosine = Math.Clamp(Dot(unit[i], unit[j]), -1, 1);
                matrix._values[i * unit.Length + j] = matrix._values[j * unit.Length + i] = cosine;
            }
        }

        return matrix;
    }

    /// <summary>The vectors with length 1; one without any length stays.</summary>
    /// <exception cref="ArgumentException">The vectors differ in length, or hold what is no number.</exception>
    internal static double[][] UnitVectors(IReadOnlyList<float[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        return [.. vectors.Select((vector, i) =>
        {
            if (vector.Length != vectors[0].Length || !vector.All(float.IsFinite))
            {
                throw new ArgumentException($"Vector {i} has {vector.Length} numbers, or one that is none; the first has {vectors[0].Length}.", nameof(vectors));
            }

            var unit = Array.ConvertAll(vector, x => (double)x);
            var length = Math.Sqrt(Dot(unit, unit));
            return length > 0 ? Array.ConvertAll(unit, x => x / length) : unit;
        })];
    }

    private static double Dot(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var n = 0; n < one.Length; n++)
        {
            sum += one[n] * other[n];
        }

        return sum;
    }
}
