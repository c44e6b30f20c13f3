using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Hermes.Imaging.Volumes.Formats;

/// <summary>Turns the 348 bytes of a NIfTI-1 header into a <see cref="NiftiHeader"/>, or says what is wrong with them.</summary>
internal sealed class NiftiHeaderParser
{
    public const int HeaderLength = 348;
    private const int SmallestDataOffset = 352;

    private readonly byte[] _bytes;
    private readonly string _file;
    private readonly bool _bigEndian;

    private NiftiHeaderParser(byte[] bytes, string file, bool bigEndian)
    {
        _bytes = bytes;
        _file = file;
        _bigEndian = bigEndian;
    }

    public static NiftiHeader Parse(byte[] bytes, string file, VolumeLimits limits)
    {
        int little = BinaryPrimitives.ReadInt32LittleEndian(bytes), big = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (little == 540 || big == 540)
        {
            throw new VolumeFormatException(file, "a NIfTI-2 header", "a NIfTI-1 header");
        }

        if (little != HeaderLength && big != HeaderLength)
        {
            throw new VolumeFormatException(file, WhatElse.OfFile(bytes) ?? $"a header that starts with {little}", "a NIfTI-1 header, which starts with 348");
        }

        return new NiftiHeaderParser(bytes, file, little != HeaderLength).Parse(limits);
    }

    private NiftiHeader Parse(VolumeLimits limits)
    {
        var magic = Encoding.Latin1.GetString(_bytes, 344, 4);
        if (magic == "ni1\0")
        {
            throw new VolumeFormatException(_file, "the header of a .hdr/.img pair", "a single .nii or .nii.gz file");
        }

        if (magic != "n+1\0")
        {
            throw new VolumeFormatException(_file, $"the magic 0x{Convert.ToHexStringLower(_bytes, 344, 4)}", "the magic 'n+1' of a NIfTI-1 file");
        }

        var (width, height, depth) = Sizes(limits);
        var code = Short(70);
        if (!Enum.IsDefined((NiftiDataType)code))
        {
            throw new VolumeFormatException(
                _file, WhatElse.OfVoxels(code) ?? $"voxels of data type {code}", "an integer or floating-point type (2, 4, 8, 16, 64, 256, 512, 768, 1024 or 1280)");
        }

        var offset = Float(108);
        if (!(offset == 0 || offset >= SmallestDataOffset) || offset > 1 << 30)
        {
            throw new VolumeFormatException(_file, $"voxels at offset {Text(offset)}", "an offset between 352 and 2^30");
        }

        double slope = Float(112), intercept = Float(116);
        if (slope == 0 || !double.IsFinite(slope))
        {
            (slope, intercept) = (1, 0);
        }
        else if (!double.IsFinite(intercept))
        {
            throw new VolumeFormatException(_file, $"the scaling intercept {Text(intercept)}", "a finite number");
        }

        var placement = Placement();
        var (affine, source) = Transform(width, height, depth);
        VolumeGeometry geometry;
        try
        {
            geometry = new VolumeGeometry(width, height, depth, affine);
        }
        catch (ArgumentException e)
        {
            throw new VolumeFormatException(_file, $"the {source} {affine} without volume", "an affine that can be inverted", e);
        }

        return new NiftiHeader(geometry, (NiftiDataType)code, slope, intercept, offset == 0 ? SmallestDataOffset : (long)offset, _bigEndian, source)
        {
            Placement = placement,
            Remarks = [.. Remarks(geometry, source)],
        };
    }

    private NiftiPlacement Placement() => new()
    {
        Dimensions = Math.Min((int)Short(40), 3),
        Units = _bytes[123],
        QformCode = Short(252),
        SformCode = Short(254),
        VoxelSizes = Singles(76, 4),
        Quaternion = Singles(256, 6),
        Rows = Singles(280, 12),
    };

    private IEnumerable<string> Remarks(VolumeGeometry geometry, string source)
    {
        if (source == "pixdim")
        {
            yield return "the file does not state its orientation, so left and right are unknown; its axes were taken to run to the left, the front and the head";
        }

        // Three bits tell the unit of space: 1 metre, 2 millimetre, 3 micrometre.
        if ((_bytes[123] & 7) is 1 or 3)
        {
            yield return $"the file gives its sizes in {((_bytes[123] & 7) == 1 ? "metres" : "micrometres")}; the numbers were taken as millimetres";
        }

        if (source == "sform" && Short(252) > 0 && Distance(geometry) is { } millimetres)
        {
            yield return $"sform and qform disagree by {millimetres.ToString("0.##", CultureInfo.InvariantCulture)} mm; the sform was used";
        }
    }

    /// <summary>How far the qform moves a corner voxel away from where the sform has it; null when that is less than a tenth of a voxel or no qform can be read.</summary>
    private double? Distance(VolumeGeometry geometry)
    {
        var rows = new double[12];
        try
        {
            Quaternion(Zooms("for a qform"), rows);
            var qform = Finite(rows, "qform");
            var farthest = Enumerable.Range(0, 8)
                .Select(n => new Point3((n & 1) * (geometry.Width - 1), (n >> 1 & 1) * (geometry.Height - 1), (n >> 2) * (geometry.Depth - 1)))
                .Max(corner => qform.Apply(corner).DistanceTo(geometry.ToWorld(corner)));
            return farthest > 0.1 * Math.Min(geometry.Spacing.X, Math.Min(geometry.Spacing.Y, geometry.Spacing.Z)) ? farthest : null;
        }
        catch (VolumeFormatException)
        {
            // What is not used may be rubbish.
            return null;
        }
    }

    private (int Width, int Height, int Depth) Sizes(VolumeLimits limits)
    {
        var dimensions = Short(40);
        if (dimensions is < 1 or > 7)
        {
            throw new VolumeFormatException(_file, $"{dimensions} dimensions", "1 to 7");
        }

        Span<int> sizes = [1, 1, 1, 1, 1, 1, 1];
        for (var n = 0; n < dimensions; n++)
        {
            sizes[n] = Short(42 + 2 * n);
        }

        var text = string.Join("×", sizes[..dimensions].ToArray());
        foreach (var size in sizes)
        {
            if (size < 1)
            {
                throw new VolumeFormatException(_file, $"the size {text}", "at least one voxel along every axis");
            }
        }

        if (sizes[3..].ContainsAnyExcept(1))
        {
            var volumes = sizes[3..].ToArray().Aggregate(1L, (product, size) => product * size);
            throw new VolumeFormatException(_file, $"{volumes} volumes in one file ({text})", "one three-dimensional volume");
        }

        var most = Math.Min(limits.MaxVoxels, Array.MaxLength);
        if ((long)sizes[0] * sizes[1] * sizes[2] is var voxels && voxels > most)
        {
            throw new VolumeFormatException(
                _file, $"the size {text} ({voxels} voxels)", $"at most {most} voxels ({most >> 18} MiB of 32-bit numbers)");
        }

        return (sizes[0], sizes[1], sizes[2]);
    }

    private (Affine Affine, string Source) Transform(int width, int height, int depth)
    {
        var rows = new double[12];
        if (Short(254) > 0)
        {
            for (var n = 0; n < 12; n++)
            {
                rows[n] = Float(280 + 4 * n);
            }

            return (Finite(rows, "sform"), "sform");
        }

        var zooms = Zooms("where there is no sform");
        if (Short(252) > 0)
        {
            Quaternion(zooms, rows);
            return (Finite(rows, "qform"), "qform");
        }

        // Without a transform the file says nothing about directions; like NiBabel we take i to run to the left, about the centre.
        rows[0] = -zooms.X;
        rows[5] = zooms.Y;
        rows[10] = zooms.Z;
        rows[3] = zooms.X * (width - 1) / 2;
        rows[7] = -zooms.Y * (height - 1) / 2;
        rows[11] = -zooms.Z * (depth - 1) / 2;
        return (Finite(rows, "pixdim"), "pixdim");
    }

    private Point3 Zooms(string why)
    {
        var zooms = new Point3(Float(80), Float(84), Float(88));
        for (var axis = 0; axis < 3; axis++)
        {
            if (!(zooms[axis] > 0) || !double.IsFinite(zooms[axis]))
            {
                throw new VolumeFormatException(
                    _file, $"the voxel size {Text(zooms.X)}×{Text(zooms.Y)}×{Text(zooms.Z)} mm", $"positive voxel sizes {why}");
            }
        }

        return zooms;
    }

    private void Quaternion(Point3 zooms, double[] rows)
    {
        double b = Float(256), c = Float(260), d = Float(264);
        var square = 1 - (b * b + c * c + d * d);
        if (!(square > -1e-5))
        {
            throw new VolumeFormatException(_file, $"the quaternion ({Text(b)}, {Text(c)}, {Text(d)})", "a quaternion of length at most 1");
        }

        if (square < 1e-7)
        {
            // Half a turn: rounding may have made the vector part a little longer than 1.
            var length = Math.Sqrt(b * b + c * c + d * d);
            (b, c, d, square) = (b / length, c / length, d / length, 0);
        }

        var a = Math.Sqrt(square);
        var last = Float(76) < 0 ? -zooms.Z : zooms.Z;
        rows[0] = (a * a + b * b - c * c - d * d) * zooms.X;
        rows[1] = (2 * b * c - 2 * a * d) * zooms.Y;
        rows[2] = (2 * b * d + 2 * a * c) * last;
        rows[4] = (2 * b * c + 2 * a * d) * zooms.X;
        rows[5] = (a * a + c * c - b * b - d * d) * zooms.Y;
        rows[6] = (2 * c * d - 2 * a * b) * last;
        rows[8] = (2 * b * d - 2 * a * c) * zooms.X;
        rows[9] = (2 * c * d + 2 * a * b) * zooms.Y;
        rows[10] = (a * a + d * d - c * c - b * b) * last;
        rows[3] = Float(268);
        rows[7] = Float(272);
        rows[11] = Float(276);
    }

    private Affine Finite(double[] rows, string source)
    {
        foreach (var value in rows)
        {
            if (!double.IsFinite(value))
            {
                throw new VolumeFormatException(_file, $"{Text(value)} in the {source}", "finite numbers");
            }
        }

        return new Affine(rows);
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private short Short(int at)
    {
        var bytes = _bytes.AsSpan(at);
        return _bigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes) : BinaryPrimitives.ReadInt16LittleEndian(bytes);
    }

    private double Float(int at)
    {
        var bytes = _bytes.AsSpan(at);
        return _bigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes);
    }

    private float[] Singles(int at, int count) => [.. Enumerable.Range(0, count).Select(n => (float)Float(at + 4 * n))];
}
