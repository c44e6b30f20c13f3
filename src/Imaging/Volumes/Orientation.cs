using System.Text.Json.Serialization;

namespace Hermes.Imaging.Volumes;

/// <summary>
/// Which patient direction each file axis points to, one of the 48 orders and directions of R/L, A/P and S/I.
/// </summary>
/// <param name="I">Signed patient axis of i: ±1 for R/L, ±2 for A/P, ±3 for S/I.</param>
/// <param name="J">Signed patient axis of j.</param>
/// <param name="K">Signed patient axis of k.</param>
public readonly record struct Orientation(int I, int J, int K)
{
    private const string Positive = "RAS";
    private const string Negative = "LPI";

    /// <summary>Axes towards the patient's right, front and head.</summary>
    public static Orientation Ras { get; } = new(1, 2, 3);

    /// <summary>All 48 orientations, in a fixed order.</summary>
    [JsonIgnore]
    public static IReadOnlyList<Orientation> All { get; } = Enumerate();

    /// <summary>The signed patient axis of file axis 0 (i), 1 (j) or 2 (k).</summary>
    public int this[int axis] => axis switch { 0 => I, 1 => J, 2 => K, _ => throw new ArgumentOutOfRangeException(nameof(axis)) };

    /// <summary>
    /// The orientation closest to an affine: of all assignments of file axes to patient axes, the one with the largest sum of
    /// absolute direction cosines; the first in the order of <see cref="All"/> wins a tie.
    /// </summary>
    public static Orientation Of(Affine voxelToWorld)
    {
        ArgumentNullException.ThrowIfNull(voxelToWorld);
        var best = Ras;
        var bestSum = double.NegativeInfinity;
        foreach (var candidate in All)
        {
            var sum = 0.0;
            for (var axis = 0; axis < 3; axis++)
            {
                var patientAxis = Math.Abs(candidate[axis]) - 1;
                sum += Math.Sign(candidate[axis]) * voxelToWorld[patientAxis, axis] / voxelToWorld.ColumnLength(axis);
            }

            // The margin keeps a tie a tie when the last bits of an affine differ.
            if (sum > bestSum + 1e-9)
            {
                best = candidate;
                bestSum = sum;
            }
        }

        return best;
    }

    /// <summary>Reads three axis codes such as "LPS".</summary>
    /// <exception cref="FormatException">The text is not one letter of each of R/L, A/P and S/I.</exception>
    public static Orientation Parse(string codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        Span<int> axes = stackalloc int[3];
        var seen = 0;
        for (var n = 0; n < 3 && codes.Length == 3; n++)
        {
            int positive = Positive.IndexOf(codes[n], StringComparison.Ordinal), negative = Negative.IndexOf(codes[n], StringComparison.Ordinal);
            axes[n] = positive >= 0 ? positive + 1 : -(negative + 1);
            seen |= 1 << Math.Abs(axes[n]);
        }

        return seen == 0b1110 ? new Orientation(axes[0], axes[1], axes[2])
            : throw new FormatException($"'{codes}' is not an orientation: expected one letter each of R or L, A or P, S or I.");
    }

    /// <summary>The three axis codes, such as "LPS".</summary>
    public override string ToString() => string.Concat(Code(I), Code(J), Code(K));

    private static char Code(int axis) => axis > 0 ? Positive[axis - 1] : Negative[-axis - 1];

    private static List<Orientation> Enumerate()
    {
        var all = new List<Orientation>(48);
        int[][] orders = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]];
        foreach (var order in orders)
        {
            for (var flips = 0; flips < 8; flips++)
            {
                all.Add(new Orientation(
                    (flips & 1) == 0 ? order[0] : -order[0],
                    (flips & 2) == 0 ? order[1] : -order[1],
                    (flips & 4) == 0 ? order[2] : -order[2]));
            }
        }

        return all;
    }
}
