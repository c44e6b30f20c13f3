namespace Hermes.Imaging.Volumes.Formats;

/// <summary>
/// What a header says of where its voxels lie, as it is stored: both transforms with their codes, voxel sizes and units. Kept so that an
/// answer on the grid of a question says exactly the same, also what this program does not use.
/// </summary>
public sealed record NiftiPlacement
{
    /// <summary>Axes that the file counts, at most 3: a true two-dimensional file has 2.</summary>
    public int Dimensions { get; init; } = 3;

    /// <summary>The format's code for the units of space and time.</summary>
    public byte Units { get; init; } = Millimetres;

    /// <summary>What the qform refers to; 0 when there is none.</summary>
    public required short QformCode { get; init; }

    /// <summary>What the sform refers to; 0 when there is none.</summary>
    public required short SformCode { get; init; }

    /// <summary>The sign of the third axis and the voxel sizes, in the file's unit.</summary>
    public required IReadOnlyList<float> VoxelSizes { get; init; }

    /// <summary>The vector part of the qform's rotation, and its origin.</summary>
    public required IReadOnlyList<float> Quaternion { get; init; }

    /// <summary>The three rows of the sform.</summary>
    public required IReadOnlyList<float> Rows { get; init; }

    internal const byte Millimetres = 2;

    /// <summary>The placement of a grid that was read from no file: an sform, and a qform where the axes are at right angles.</summary>
    internal static NiftiPlacement Of(VolumeGeometry geometry)
    {
        var affine = geometry.VoxelToWorld;
        var spacing = geometry.Spacing;
        var quaternion = VectorPart(geometry);
        return new NiftiPlacement
        {
            QformCode = (short)(quaternion is null ? 0 : 1),
            SformCode = 1,
            VoxelSizes = [affine.Determinant < 0 ? -1 : 1, (float)spacing.X, (float)spacing.Y, (float)spacing.Z],
            Quaternion = quaternion is { } q
                ? [(float)q.X, (float)q.Y, (float)q.Z, (float)affine[0, 3], (float)affine[1, 3], (float)affine[2, 3]]
                : new float[6],
            Rows = [.. Enumerable.Range(0, 12).Select(n => (float)affine[n / 4, n % 4])],
        };
    }

    /// <summary>The vector part of the rotation, or null when the axes are not at right angles and no qform can say it.</summary>
    private static Point3? VectorPart(VolumeGeometry geometry)
    {
        var affine = geometry.VoxelToWorld;
        var spacing = geometry.Spacing;
        var sign = affine.Determinant < 0 ? -1 : 1;
        double R(int row, int column) => affine[row, column] / spacing[column] * (column == 2 ? sign : 1);
        for (var a = 0; a < 3; a++)
        {
            var b = (a + 1) % 3;
            if (Math.Abs(R(0, a) * R(0, b) + R(1, a) * R(1, b) + R(2, a) * R(2, b)) > 1e-5)
            {
                return null;
            }
        }

        // The largest of the four squares is used as divisor; the others may be close to zero.
        Span<double> squares =
        [
            1 + R(0, 0) + R(1, 1) + R(2, 2), 1 + R(0, 0) - R(1, 1) - R(2, 2), 1 - R(0, 0) + R(1, 1) - R(2, 2), 1 - R(0, 0) - R(1, 1) + R(2, 2),
        ];
        var largest = 0;
        for (var n = 1; n < 4; n++)
        {
            largest = squares[n] > squares[largest] ? n : largest;
        }

        var s = 2 * Math.Sqrt(squares[largest]);
        var (w, q) = largest switch
        {
            0 => (s / 4, new Point3((R(2, 1) - R(1, 2)) / s, (R(0, 2) - R(2, 0)) / s, (R(1, 0) - R(0, 1)) / s)),
            1 => ((R(2, 1) - R(1, 2)) / s, new Point3(s / 4, (R(0, 1) + R(1, 0)) / s, (R(0, 2) + R(2, 0)) / s)),
            2 => ((R(0, 2) - R(2, 0)) / s, new Point3((R(0, 1) + R(1, 0)) / s, s / 4, (R(1, 2) + R(2, 1)) / s)),
            _ => ((R(1, 0) - R(0, 1)) / s, new Point3((R(0, 2) + R(2, 0)) / s, (R(1, 2) + R(2, 1)) / s, s / 4)),
        };

        // The format keeps three numbers and takes the fourth to be positive.
        return w < 0 ? new Point3(-q.X, -q.Y, -q.Z) : q;
    }
}
