using CsCheck;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Volumes;

/// <summary>Generators of grids: anisotropic, oblique, in any of the 48 orientations.</summary>
internal static class Geometries
{
    public static Gen<Orientation> AnyOrientation => Gen.Int[0, 47].Select(n => Orientation.All[n]);

    /// <summary>Sizes in the given range, spacings in 0.6 to 4 mm, tilted by at most 20 degrees about each axis.</summary>
    public static Gen<VolumeGeometry> Oblique(int smallest, int largest) =>
        from width in Gen.Int[smallest, largest]
        from height in Gen.Int[smallest, largest]
        from depth in Gen.Int[smallest, largest]
        from sx in Gen.Double[0.6, 4]
        from sy in Gen.Double[0.6, 4]
        from sz in Gen.Double[0.6, 4]
        from a in Gen.Double[-0.35, 0.35]
        from b in Gen.Double[-0.35, 0.35]
        from c in Gen.Double[-0.35, 0.35]
        from x in Gen.Double[-300, 300]
        from y in Gen.Double[-300, 300]
        from z in Gen.Double[-300, 300]
        from orientation in AnyOrientation
        select Of(width, height, depth, new Point3(sx, sy, sz), orientation, new Point3(a, b, c), new Point3(x, y, z));

    public static VolumeGeometry Of(
        int width, int height, int depth, Point3 spacing, Orientation orientation, Point3 tilt = default, Point3 origin = default)
    {
        var axes = new double[12];
        for (var file = 0; file < 3; file++)
        {
            axes[(Math.Abs(orientation[file]) - 1) * 4 + file] = Math.Sign(orientation[file]) * spacing[file];
        }

        var (sinX, cosX) = Math.SinCos(tilt.X);
        var (sinY, cosY) = Math.SinCos(tilt.Y);
        var (sinZ, cosZ) = Math.SinCos(tilt.Z);
        var rotation = new Affine([cosZ, -sinZ, 0, 0, sinZ, cosZ, 0, 0, 0, 0, 1, 0])
            .After(new Affine([cosY, 0, sinY, 0, 0, 1, 0, 0, -sinY, 0, cosY, 0]))
            .After(new Affine([1, 0, 0, 0, 0, cosX, -sinX, 0, 0, sinX, cosX, 0]));
        var placed = new Affine([1, 0, 0, origin.X, 0, 1, 0, origin.Y, 0, 0, 1, origin.Z]);
        return new VolumeGeometry(width, height, depth, placed.After(rotation).After(new Affine(axes)));
    }
}
