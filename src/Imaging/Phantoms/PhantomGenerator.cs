using System.Globalization;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Phantoms;

/// <summary>
/// Draws synthetic cases with known truth: individual anatomy, pose, deformation, voxel spacing and orientation, a bias field and noise.
/// The same seed, kind and number always give the same case, whatever was drawn before.
/// </summary>
public sealed class PhantomGenerator(ulong seed)
{
    /// <summary>Distance between voxel centres in mm at which no phantom has more than 72³ voxels.</summary>
    public const double PlanSpacing = 2;

    private static readonly string[] Orientations = ["RAS", "LPS", "LAS", "RPI", "PIR", "ASL"];

    /// <summary>What cases and datasets of a kind are called after.</summary>
    public static string Name(PhantomKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The modality key of a kind: "ct", "t1" or "pet".</summary>
    public static string Modality(PhantomKind kind) => kind == PhantomKind.Gut ? Name(PhantomKind.Ct) : Name(kind);

    /// <summary>The structures of a kind: label value (from 1) to name.</summary>
    public static IReadOnlyDictionary<ushort, string> Structures(PhantomKind kind) => PhantomAnatomy.Names(kind);

    /// <summary>Draws one case.</summary>
    /// <param name="kind">What it imitates.</param>
    /// <param name="number">Its number within the kind.</param>
    public PhantomCase Generate(PhantomKind kind, int number)
    {
        var random = new SeededRandom(seed, ((ulong)kind << 32) | (uint)number);
        var anatomy = PhantomAnatomy.Draw(kind, random);
        var placed = Shift(random.Uniform(-150, 150), random.Uniform(-150, 150), random.Uniform(-400, 400));
        var scale = random.Uniform(0.94, 1.06);
        var body = placed.After(Rotation(random, 0.12)).After(Affine.FromSpacing(
            new Point3(scale * random.Uniform(0.97, 1.03), scale * random.Uniform(0.97, 1.03), scale * random.Uniform(0.97, 1.03)), default));
        var geometry = Grid(kind, anatomy, placed, random);
        var volume = Scan(kind, anatomy, geometry, body.Inverse().After(geometry.VoxelToWorld), random, out var labels);
        return new PhantomCase(
            string.Create(CultureInfo.InvariantCulture, $"{Name(kind)}_{number:000}"), kind,
            new Volume<float>(geometry, volume), new Volume<ushort>(geometry, labels));
    }

    private static VolumeGeometry Grid(PhantomKind kind, PhantomAnatomy anatomy, Affine placed, SeededRandom random)
    {
        var orientation = Orientation.Parse(Orientations[random.Below(Orientations.Length)]);
        var inPlane = kind == PhantomKind.Pet ? random.Uniform(2.2, 3) : random.Uniform(1.5, 2.3);
        var slices = kind == PhantomKind.Pet ? random.Uniform(2.2, 3.4) : random.Uniform(1.8, 3.2);
        Span<double> columns = stackalloc double[12];
        Span<int> sizes = stackalloc int[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var patientAxis = Math.Abs(orientation[axis]) - 1;
            var spacing = axis == 2 ? slices : inPlane;
            columns[patientAxis * 4 + axis] = Math.Sign(orientation[axis]) * spacing;
            sizes[axis] = (int)Math.Round(Math.Min(142, anatomy.Field[patientAxis] + random.Uniform(0, 18)) / spacing);
        }

        // The scanner's frame is tilted a little against the world's; its centre is close to the body's.
        var axes = placed.After(Shift(random.Uniform(-3, 3), random.Uniform(-3, 3), random.Uniform(-3, 3)))
            .After(Rotation(random, 0.06)).After(new Affine(columns));
        var centred = axes.After(Shift(-(sizes[0] - 1) / 2.0, -(sizes[1] - 1) / 2.0, -(sizes[2] - 1) / 2.0));
        return new VolumeGeometry(sizes[0], sizes[1], sizes[2], centred);
    }

    private static float[] Scan(
        PhantomKind kind, PhantomAnatomy anatomy, VolumeGeometry geometry, Affine toBody, SeededRandom random, out ushort[] labels)
    {
        var voxels = new float[geometry.VoxelCount];
        labels = new ushort[voxels.Length];
        var gain = kind == PhantomKind.T1 ? random.Uniform(300, 900) : 1;
        double[] wave = [.. Enumerable.Range(0, 6).Select(_ => random.Uniform(0, 6.28))];
        double[] bias = [.. Enumerable.Range(0, 6).Select(_ => random.Normal())];
        var n = 0;
        for (var k = 0; k < geometry.Depth; k++)
        {
            for (var j = 0; j < geometry.Height; j++)
            {
                for (var i = 0; i < geometry.Width; i++, n++)
                {
                    var p = toBody.Apply(new Point3(i, j, k));
                    var bent = new Point3(
                        p.X + 2 * Math.Sin(p.Y * 0.09 + wave[0]) + Math.Sin(p.Z * 0.08 + wave[1]),
                        p.Y + 2 * Math.Sin(p.Z * 0.09 + wave[2]) + Math.Sin(p.X * 0.08 + wave[3]),
                        p.Z + 2 * Math.Sin(p.X * 0.09 + wave[4]) + Math.Sin(p.Y * 0.08 + wave[5]));
                    var value = anatomy.Air;
                    foreach (var structure in anatomy.Structures)
                    {
                        var depth = structure.Depth(bent);
                        if (depth > -anatomy.Edge)
                        {
                            value += (structure.Intensity - value) * Math.Clamp(0.5 + depth / anatomy.Edge, 0, 1);
                            labels[n] = depth > 0 ? structure.Label : labels[n];
                        }
                    }

                    double x = p.X / 60, y = p.Y / 60, z = p.Z / 60;
                    var field = bias[0] * x + bias[1] * y + bias[2] * z + bias[3] * x * y + bias[4] * (y * y - 0.3) + bias[5] * (z * z - 0.3);
                    voxels[n] = (float)(gain * Detect(kind, value, field, random));
                }
            }
        }

        return voxels;
    }

    private static double Detect(PhantomKind kind, double value, double field, SeededRandom random)
    {
        switch (kind)
        {
            case PhantomKind.Ct or PhantomKind.Gut:
                return Math.Max(-1024, Math.Round(value + 6 * field + 22 * random.Normal()));
            case PhantomKind.T1:
                // The magnitude of a complex signal: Rician noise.
                double real = value * Math.Exp(0.14 * field) + 0.05 * random.Normal(), imaginary = 0.05 * random.Normal();
                return Math.Sqrt(real * real + imaginary * imaginary);
            default:
                return Math.Max(0, value * Math.Exp(0.08 * field) * (1 + 0.12 * random.Normal()) + 0.08 * random.Normal());
        }
    }

    private static Affine Shift(double x, double y, double z) => Affine.FromSpacing(new Point3(1, 1, 1), new Point3(x, y, z));

    private static Affine Rotation(SeededRandom random, double largest)
    {
        var (sinX, cosX) = Math.SinCos(random.Uniform(-largest, largest));
        var (sinY, cosY) = Math.SinCos(random.Uniform(-largest, largest));
        var (sinZ, cosZ) = Math.SinCos(random.Uniform(-largest, largest));
        return new Affine([cosZ, -sinZ, 0, 0, sinZ, cosZ, 0, 0, 0, 0, 1, 0])
            .After(new Affine([cosY, 0, sinY, 0, 0, 1, 0, 0, -sinY, 0, cosY, 0]))
            .After(new Affine([1, 0, 0, 0, 0, cosX, -sinX, 0, 0, sinX, cosX, 0]));
    }
}
