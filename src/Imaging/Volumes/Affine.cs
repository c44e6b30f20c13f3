using System.Globalization;
using System.Text.Json.Serialization;

namespace Hermes.Imaging.Volumes;

/// <summary>
/// An affine map of three-dimensional points: the upper three rows of a 4×4 matrix whose last row is 0 0 0 1.
/// In a <see cref="VolumeGeometry"/> it takes voxel indices (i, j, k) to RAS millimetres.
/// </summary>
[JsonConverter(typeof(AffineJsonConverter))]
public sealed class Affine : IEquatable<Affine>
{
    private readonly double[] _m;

    /// <summary>Takes the twelve numbers of the upper three rows, row by row.</summary>
    /// <param name="rows">Twelve finite numbers.</param>
    /// <exception cref="ArgumentException">There are not twelve numbers, or one is not finite.</exception>
    public Affine(ReadOnlySpan<double> rows)
    {
        if (rows.Length != 12)
        {
            throw new ArgumentException($"An affine has 12 numbers (three rows of four), not {rows.Length}.", nameof(rows));
        }

        foreach (var value in rows)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException($"An affine has finite numbers only, not {value.ToString(CultureInfo.InvariantCulture)}.", nameof(rows));
            }
        }

        _m = rows.ToArray();
    }

    /// <summary>The map that changes nothing.</summary>
    public static Affine Identity { get; } = new([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);

    /// <summary>The element at a row (0 to 2) and a column (0 to 3; 3 is the translation).</summary>
    public double this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)row, 2u, nameof(row));
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)column, 3u, nameof(column));
            return _m[row * 4 + column];
        }
    }

    /// <summary>The determinant of the 3×3 part: the volume of one voxel in mm³, negative for a left-handed frame.</summary>
    public double Determinant =>
        _m[0] * (_m[5] * _m[10] - _m[6] * _m[9])
        - _m[1] * (_m[4] * _m[10] - _m[6] * _m[8])
        + _m[2] * (_m[4] * _m[9] - _m[5] * _m[8]);

    /// <summary>A scaling along the axes followed by a translation.</summary>
    public static Affine FromSpacing(Point3 spacing, Point3 origin) =>
        new([spacing.X, 0, 0, origin.X, 0, spacing.Y, 0, origin.Y, 0, 0, spacing.Z, origin.Z]);

    /// <summary>Maps a point.</summary>
    public Point3 Apply(Point3 p) => new(
        _m[0] * p.X + _m[1] * p.Y + _m[2] * p.Z + _m[3],
        _m[4] * p.X + _m[5] * p.Y + _m[6] * p.Z + _m[7],
        _m[8] * p.X + _m[9] * p.Y + _m[10] * p.Z + _m[11]);

    /// <summary>The map that applies <paramref name="first"/> and then this one.</summary>
    public Affine After(Affine first)
    {
        Span<double> result = stackalloc double[12];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 4; column++)
            {
                var sum = column == 3 ? _m[row * 4 + 3] : 0.0;
                for (var k = 0; k < 3; k++)
                {
                    sum += _m[row * 4 + k] * first._m[k * 4 + column];
                }

                result[row * 4 + column] = sum;
            }
        }

        return new Affine(result);
    }

    /// <summary>The inverse map.</summary>
    /// <exception cref="InvalidOperationException">The determinant is zero.</exception>
    public Affine Inverse()
    {
        var determinant = Determinant;
        if (determinant == 0 || !double.IsFinite(1 / determinant))
        {
            throw new InvalidOperationException("The affine has determinant 0 and cannot be inverted.");
        }

        double Cofactor(int r0, int c0, int r1, int c1) => (_m[r0 * 4 + c0] * _m[r1 * 4 + c1] - _m[r0 * 4 + c1] * _m[r1 * 4 + c0]) / determinant;
        Span<double> a =
        [
            Cofactor(1, 1, 2, 2), -Cofactor(0, 1, 2, 2), Cofactor(0, 1, 1, 2), 0,
            -Cofactor(1, 0, 2, 2), Cofactor(0, 0, 2, 2), -Cofactor(0, 0, 1, 2), 0,
            Cofactor(1, 0, 2, 1), -Cofactor(0, 0, 2, 1), Cofactor(0, 0, 1, 1), 0,
        ];
        for (var row = 0; row < 3; row++)
        {
            a[row * 4 + 3] = -(a[row * 4] * _m[3] + a[row * 4 + 1] * _m[7] + a[row * 4 + 2] * _m[11]);
        }

        return new Affine(a);
    }

    /// <summary>The length of column 0, 1 or 2: the distance in mm between neighbouring voxels along that axis.</summary>
    public double ColumnLength(int column) =>
        Math.Sqrt(this[0, column] * this[0, column] + this[1, column] * this[1, column] + this[2, column] * this[2, column]);

    /// <summary>The twelve numbers of the upper three rows, row by row.</summary>
    public double[] ToArray() => (double[])_m.Clone();

    /// <inheritdoc/>
    public bool Equals(Affine? other) => other is not null && _m.AsSpan().SequenceEqual(other._m);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Affine);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in _m)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join("; ", Enumerable.Range(0, 3).Select(r =>
        string.Join(" ", Enumerable.Range(0, 4).Select(c => this[r, c].ToString("0.####", CultureInfo.InvariantCulture))))) + "]";
}
