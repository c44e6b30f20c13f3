namespace Hermes.Imaging.Volumes;

/// <summary>A point or a displacement with three coordinates: voxel indices along i, j, k or RAS millimetres, as the use says.</summary>
/// <param name="X">Along i, or towards the patient's right in mm.</param>
/// <param name="Y">Along j, or towards the patient's front in mm.</param>
/// <param name="Z">Along k, or towards the patient's head in mm.</param>
public readonly record struct Point3(double X, double Y, double Z)
{
    /// <summary>The coordinate of axis 0, 1 or 2.</summary>
    /// <param name="axis">0 for X, 1 for Y, 2 for Z.</param>
    public double this[int axis] => axis switch { 0 => X, 1 => Y, 2 => Z, _ => throw new ArgumentOutOfRangeException(nameof(axis)) };

    /// <summary>The Euclidean distance to another point, in the unit of both.</summary>
    public double DistanceTo(Point3 other)
    {
        double dx = X - other.X, dy = Y - other.Y, dz = Z - other.Z;
        return Math.Sqrt(dx * dx + dy * dy + dz * dz);
    }
}
