using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Hermes.Tests;

/// <summary>NIfTI-1 files, right and wrong ones, made byte by byte: most tests know nothing of volumes.</summary>
internal static class Scans
{
    public const int Side = 24;

    private const int Offset = 352;

    /// <summary>A dim body with a box in it; every seed gives another one.</summary>
    /// <param name="seed">Of the noise.</param>
    /// <param name="box">The box; a bright one near the middle when null.</param>
    public static byte[] Image(int seed, Box? box = null)
    {
        var noise = new Random(seed);
        var drawn = box ?? new Box();
        return Volume(drawn, (inBox, inBody) => (short)((inBox ? drawn.Value : inBody ? 0 : -900) + noise.Next(-20, 20)));
    }

    /// <summary>The label of the box.</summary>
    /// <param name="value">The value in its voxels.</param>
    /// <param name="originMm">Where the volume begins, along the first axis.</param>
    /// <param name="box">The box, as <see cref="Image"/> has it.</param>
    public static byte[] Label(short value = 1, float originMm = 0, Box? box = null) => Volume(box ?? new Box(), (inBox, _) => inBox ? value : (short)0, originMm);

    /// <summary>The header of a volume of 16-bit whole numbers and 2 mm.</summary>
    public static byte[] Header(short width, short height, short depth, float originMm = 0)
    {
        var header = new byte[Offset];
        BinaryPrimitives.WriteInt32LittleEndian(header, 348);
        Shorts(40, 3, width, height, depth, 1, 1, 1, 1);
        Shorts(70, 4, 16);
        Floats(76, 1, 2, 2, 2);
        Floats(108, Offset, 1, 0);
        header[123] = 2;
        Shorts(252, 0, 1);
        Floats(280, 2, 0, 0, originMm, 0, 2, 0, 0, 0, 0, 2, 0);
        "n+1\0"u8.CopyTo(header.AsSpan(344));
        return header;

        void Shorts(int at, params ReadOnlySpan<short> values) => MemoryMarshal.AsBytes(values).CopyTo(header.AsSpan(at));

        void Floats(int at, params ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).CopyTo(header.AsSpan(at));
    }

    /// <summary>Makes a folder with three good cases, a, b and c: <c>images</c>, <c>labels</c> and <c>names.json</c>.</summary>
    /// <param name="folder">The folder; every name gives other noise.</param>
    /// <param name="box">The box in all of them.</param>
    public static string WriteCases(string folder, Box? box = null)
    {
        var name = Path.GetFileName(folder);
        foreach (var (number, id) in new[] { "a", "b", "c" }.Index())
        {
            Write(Path.Combine(folder, "images", $"{id}.nii.gz"), Image(name.Sum(letter => letter) + number, box));
            Write(Path.Combine(folder, "labels", $"{id}.nii.gz"), Label(box: box));
        }

        File.WriteAllText(Path.Combine(folder, "names.json"), """{"1": "box"}""");
        return folder;
    }

    /// <summary>Writes a file, packed when its name says so.</summary>
    public static string Write(string path, params IEnumerable<byte[]> parts)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        using Stream target = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        foreach (var part in parts)
        {
            target.Write(part);
        }

        return path;
    }

    private static byte[] Volume(Box box, Func<bool, bool, short> voxel, float originMm = 0)
    {
        var voxels = new short[Side * Side * Side];
        for (var n = 0; n < voxels.Length; n++)
        {
            int x = n % Side, y = n / Side % Side, z = n / (Side * Side);
            voxels[n] = voxel(box.Holds(x, y, z), IsIn(x, 3, 21) && IsIn(y, 3, 21) && IsIn(z, 3, 21));
        }

        return [.. Header(Side, Side, Side, originMm), .. MemoryMarshal.AsBytes<short>(voxels)];
    }

    private static bool IsIn(int n, int from, int to) => n >= from && n < to;

    /// <summary>Where a box lies in its volume, how long its edges are, in voxels, and what its voxels hold.</summary>
    internal sealed record Box(int X = 6, int Y = 8, int Z = 8, int Size = 8, short Value = 200)
    {
        public bool Holds(int x, int y, int z) => IsIn(x, X, X + Size) && IsIn(y, Y, Y + Size) && IsIn(z, Z, Z + Size);
    }
}
