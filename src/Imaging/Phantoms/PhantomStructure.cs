using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Phantoms;

/// <summary>A bumpy, tilted ellipsoid of one tissue in body coordinates (mm; right, front, head). Later structures cover earlier ones.</summary>
/// <param name="label">Its label, or 0.</param>
/// <param name="centre">In body coordinates.</param>
/// <param name="radii">Half axes in mm.</param>
/// <param name="intensity">Of its tissue.</param>
internal sealed class PhantomStructure(ushort label, Point3 centre, Point3 radii, double intensity)
{
    private double _cos = 1;
    private double _sin;
    private double _bump;
    private Point3 _phase;

    public ushort Label { get; } = label;

    public Point3 Centre { get; private set; } = centre;

    public Point3 Radii { get; private set; } = radii;

    public double Intensity { get; private set; } = intensity;

    /// <summary>Moves, stretches, turns and dents it at random.</summary>
    public PhantomStructure Vary(SeededRandom random, double shift, double stretch, double brightness)
    {
        double Shift() => random.Uniform(-shift, shift);
        double Stretch() => random.Uniform(1 - stretch, 1 + stretch);
        Centre = new Point3(Centre.X + Shift(), Centre.Y + Shift(), Centre.Z + Shift());
        Radii = new Point3(Radii.X * Stretch(), Radii.Y * Stretch(), Radii.Z * Stretch());
        Intensity += random.Normal() * brightness;
        (_sin, _cos) = Math.SinCos(random.Uniform(-0.2, 0.2));
        _bump = random.Uniform(0.03, 0.1);
        _phase = new Point3(random.Uniform(0, 6.28), random.Uniform(0, 6.28), random.Uniform(0, 6.28));
        return this;
    }

    /// <summary>A layer of another tissue around it, of the same shape.</summary>
    public PhantomStructure Rim(double thickness, double intensity) =>
        new(0, Centre, new Point3(Radii.X + thickness, Radii.Y + thickness, Radii.Z + thickness), intensity)
        {
            _cos = _cos, _sin = _sin, _bump = _bump, _phase = _phase,
        };

    /// <summary>Signed depth below the surface in mm, roughly; negative outside.</summary>
    public double Depth(Point3 p)
    {
        double x = p.X - Centre.X, y = p.Y - Centre.Y, z = p.Z - Centre.Z;
        (x, y) = (x * _cos + y * _sin, y * _cos - x * _sin);
        double u = x / Radii.X, v = y / Radii.Y, w = z / Radii.Z, square = u * u + v * v + w * w;
        if (square > 4)
        {
            return double.NegativeInfinity;
        }

        var r = Math.Sqrt(square);
        if (_bump > 0)
        {
            r *= 1 + _bump * Math.Sin(2.5 * u + _phase.X) * Math.Sin(2.5 * v + _phase.Y) + 0.5 * _bump * Math.Sin(3 * w + _phase.Z);
        }

        return (1 - r) * Math.Min(Radii.X, Math.Min(Radii.Y, Radii.Z));
    }
}
