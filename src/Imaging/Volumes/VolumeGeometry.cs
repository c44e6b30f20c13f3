using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Hermes.Imaging.Volumes;

/// <summary>
/// Where the voxels of a volume lie: the sizes along the file axes i, j, k and the map from voxel index to RAS millimetres.
/// Index (i, j, k) is the <em>centre</em> of a voxel. i is fastest in memory, so a voxel array is C-order [D, H, W] = [k, j, i].
/// </summary>
public sealed class VolumeGeometry : IEquatable<VolumeGeometry>
{
    private readonly Lazy<Affine> _worldToVoxel;

    /// <summary>Describes a grid.</summary>
    /// <param name="width">Voxels along i.</param>
    /// <param name="height">Voxels along j.</param>
    /// <param name="depth">Voxels along k.</param>
    /// <param name="voxelToWorld">Voxel index to RAS mm; its determinant is not zero.</param>
    /// <exception cref="ArgumentException">A size is below one, the voxels do not fit an array, or the affine cannot be inverted.</exception>
    [JsonConstructor]
    public VolumeGeometry(int width, int height, int depth, Affine voxelToWorld)
    {
        ArgumentNullException.ThrowIfNull(voxelToWorld);
        if (width < 1 || height < 1 || depth < 1)
        {
            throw new ArgumentException($"A volume has at least one voxel along every axis, not {width}×{height}×{depth}.", nameof(width));
        }

        if ((Int128)width * height * depth > Array.MaxLength)
        {
            throw new ArgumentException($"A volume of {width}×{height}×{depth} voxels is larger than {Array.MaxLength} voxels.", nameof(width));
        }

        // A voxel of less than a cubic micrometre is a broken header, and its inverse is numerically worthless.
        if (!(Math.Abs(voxelToWorld.Determinant) > 1e-9))
        {
            throw new ArgumentException($"The affine {voxelToWorld} has no volume per voxel.", nameof(voxelToWorld));
        }

        Width = width;
        Height = height;
        Depth = depth;
        VoxelToWorld = voxelToWorld;
        _worldToVoxel = new Lazy<Affine>(voxelToWorld.Inverse);
    }

    /// <summary>Voxels along i, the fastest axis in memory.</summary>
    public int Width { get; }

    /// <summary>Voxels along j.</summary>
    public int Height { get; }

    /// <summary>Voxels along k, the slowest axis in memory.</summary>
    public int Depth { get; }

    /// <summary>Maps a voxel index (i, j, k) to RAS millimetres.</summary>
    public Affine VoxelToWorld { get; }

    /// <summary>Maps RAS millimetres to a voxel index (i, j, k), not rounded.</summary>
    [JsonIgnore]
    public Affine WorldToVoxel => _worldToVoxel.Value;

    /// <summary>Distance in mm between voxel centres along i, j, k.</summary>
    [JsonIgnore]
    public Point3 Spacing => new(VoxelToWorld.ColumnLength(0), VoxelToWorld.ColumnLength(1), VoxelToWorld.ColumnLength(2));

    /// <summary>Where i, j, k point to, by the closest patient axis: "RAS", "LPS", "PIR" and so on.</summary>
    [JsonIgnore]
    public string AxisCodes => Orientation.Of(VoxelToWorld).ToString();

    /// <summary>Width · Height · Depth.</summary>
    [JsonIgnore]
    public int VoxelCount => checked(Width * Height * Depth);

    /// <summary>The volume of one voxel in ml.</summary>
    [JsonIgnore]
    public double VoxelVolumeMl => Math.Abs(VoxelToWorld.Determinant) / 1000;

    /// <summary>The position in the voxel array of index (i, j, k).</summary>
    public int Offset(int i, int j, int k) => (k * Height + j) * Width + i;

    /// <summary>The number of voxels along file axis 0 (i), 1 (j) or 2 (k).</summary>
    public int Size(int axis) => axis switch { 0 => Width, 1 => Height, 2 => Depth, _ => throw new ArgumentOutOfRangeException(nameof(axis)) };

    /// <summary>RAS mm of a voxel index.</summary>
    public Point3 ToWorld(Point3 voxel) => VoxelToWorld.Apply(voxel);

    /// <summary>Voxel index, not rounded, of a point in RAS mm.</summary>
    public Point3 ToVoxel(Point3 world) => WorldToVoxel.Apply(world);

    /// <summary>SHA-256 over sizes and affine, lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Digest
    {
        get
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            writer.Write(Width);
            writer.Write(Height);
            writer.Write(Depth);
            foreach (var number in VoxelToWorld.ToArray())
            {
                // Minus zero and zero are the same place.
                writer.Write(number + 0.0);
            }

            writer.Flush();
            return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()));
        }
    }

    /// <summary>
    /// Whether two grids cover the same part of space, whatever the order and direction of their axes: once both are
    /// in canonical orientation their sizes are equal and their corners lie within a tenth of a voxel of each other.
    /// </summary>
    /// <param name="other">The grid to compare with.</param>
    /// <param name="difference">What differs, with the numbers; empty when nothing does.</param>
    public bool SamePhysicalSpace(VolumeGeometry other, out string difference)
    {
        ArgumentNullException.ThrowIfNull(other);
        var mine = Reorientation.CanonicalGeometry(this);
        var theirs = Reorientation.CanonicalGeometry(other);
        difference = "";
        if (mine.Width != theirs.Width || mine.Height != theirs.Height || mine.Depth != theirs.Depth)
        {
            difference = $"{mine.Describe()} against {theirs.Describe()} (in RAS orientation)";
            return false;
        }

        var tolerance = 0.1 * Math.Min(MinimumSpacing(mine), MinimumSpacing(theirs));
        for (var corner = 0; corner < 8; corner++)
        {
            var voxel = new Point3((corner & 1) * (mine.Width - 1), (corner >> 1 & 1) * (mine.Height - 1), (corner >> 2) * (mine.Depth - 1));
            Point3 a = mine.ToWorld(voxel), b = theirs.ToWorld(voxel);
            var distance = a.DistanceTo(b);
            if (!(distance <= tolerance))
            {
                difference = $"the corner voxel ({voxel.X}, {voxel.Y}, {voxel.Z}) lies at {Millimetres(a)} against {Millimetres(b)}, "
                    + $"{distance.ToString("0.##", CultureInfo.InvariantCulture)} mm apart (in RAS orientation); "
                    + $"{mine.Describe()} against {theirs.Describe()}";
                return false;
            }
        }

        return true;
    }

    /// <summary>Sizes, spacing and axis codes in a few words, for messages.</summary>
    public string Describe()
    {
        var spacing = Spacing;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Width}×{Height}×{Depth} voxels of {spacing.X:0.###}×{spacing.Y:0.###}×{spacing.Z:0.###} mm {AxisCodes}");
    }

    /// <summary>Equal sizes, and every element of the affine within 1e-4 mm (headers keep affines in 32-bit floats).</summary>
    public bool Equals(VolumeGeometry? other)
    {
        if (other is null || Width != other.Width || Height != other.Height || Depth != other.Depth)
        {
            return false;
        }

        double[] a = VoxelToWorld.ToArray(), b = other.VoxelToWorld.ToArray();
        for (var n = 0; n < a.Length; n++)
        {
            if (Math.Abs(a[n] - b[n]) > 1e-4)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VolumeGeometry);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Width, Height, Depth);

    /// <inheritdoc/>
    public override string ToString() => Describe();

    private static double MinimumSpacing(VolumeGeometry g) => Math.Min(g.Spacing.X, Math.Min(g.Spacing.Y, g.Spacing.Z));

    private static string Millimetres(Point3 p) => string.Create(CultureInfo.InvariantCulture, $"({p.X:0.##}, {p.Y:0.##}, {p.Z:0.##}) mm");
}
