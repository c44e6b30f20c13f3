using System.Buffers.Binary;
using System.IO.Compression;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Benchmarks.Fuzzing;

/// <summary>
/// Reads damaged NIfTI files, each made from a sound one by a few changes to its bytes, before or after packing. A file is read or
/// refused by a sentence; nothing else happens, quickly and within the memory its header and size account for.
/// </summary>
internal sealed class NiftiFuzz : Fuzz
{
    // Buffers and the table of labels; what a volume takes comes on top.
    private const long FixedBytes = 3 << 20;
    private const long LargestDeflateRatio = 1032;
    private static readonly byte[] Telling = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff];

    // Where the header says something that decides: sizes, type, zooms, offset, scaling, units, forms, magic.
    private static readonly int[] Deciding = [0, 40, 42, 44, 46, 48, 50, 70, 72, 76, 80, 84, 88, 92, 108, 112, 116, 123, 252, 254, 256, 268, 280, 296, 312, 344];

    private readonly List<byte[]> _plain = [];
    private readonly List<(byte[] Packed, byte[] Plain)> _packed = [];

    public NiftiFuzz()
    {
        foreach (var type in Enum.GetValues<NiftiDataType>())
        {
            Add(Sound(type, bigEndian: type is NiftiDataType.Int16 or NiftiDataType.Float64, sform: (int)type % 3 != 0));
        }

        var flat = Sound(NiftiDataType.UInt8, bigEndian: false, sform: true, depth: 1);
        BinaryPrimitives.WriteInt16LittleEndian(flat.AsSpan(40), 2);
        Add(flat);
    }

    protected override Attempt Damaged(Random random)
    {
        var (bytes, promised) = Damage(random);
        var how = random.Next(5);
        var isPacked = bytes is [0x1f, 0x8b, ..];
        return new Attempt(bytes.Length, FixedBytes + 6 * bytes.Length * (isPacked ? LargestDeflateRatio : 1), () => Open(bytes, how, promised));
    }

    protected override bool IsRefusal(Exception exception) => exception is VolumeFormatException;

    private static void Open(byte[] bytes, int how, byte[]? promised)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        switch (how)
        {
            case 0:
                NiftiReader.ReadHeader(stream, "damaged", VolumeLimits.Default);
                break;
            case 1 or 2:
                var image = NiftiReader.ReadImage(stream, "damaged", VolumeLimits.Default);
                Require(image.Volume.Voxels.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0, "an image with voxels that are not finite");
                if (promised is not null)
                {
                    using var sound = new MemoryStream(promised, writable: false);
                    Require(image.Volume.Voxels.AsSpan().SequenceEqual(NiftiReader.ReadImage(sound, "sound", VolumeLimits.Default).Volume.Voxels), "another image than was packed");
                }

                break;
            default:
                NiftiReader.ReadLabels(stream, "damaged", VolumeLimits.Default, how == 3 ? null : new Dictionary<int, string> { [1] = "one", [300] = "many" });
                break;
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"A damaged file was read as {otherwise}.");
        }
    }

    /// <summary>A damaged file; and what it unpacks to when only its packing was damaged.</summary>
    private (byte[] Bytes, byte[]? Promised) Damage(Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                return (Changed(random, _plain[random.Next(_plain.Count)], isHeader: true), null);
            case 1:
                return (Pack(Changed(random, _plain[random.Next(_plain.Count)], isHeader: true), random.Next(3)), null);
            default:
                var (packed, plain) = _packed[random.Next(_packed.Count)];
                return (Changed(random, packed, isHeader: false), plain);
        }
    }

    private static byte[] Changed(Random random, byte[] sound, bool isHeader)
    {
        var bytes = (byte[])sound.Clone();
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = isHeader && random.Next(3) > 0 ? Deciding[random.Next(Deciding.Length)] + random.Next(4) : random.Next(bytes.Length);
            bytes[at] = random.Next(3) switch { 0 => Telling[random.Next(Telling.Length)], 1 => (byte)(bytes[at] ^ 1 << random.Next(8)), _ => (byte)random.Next(256) };
        }

        return random.Next(8) switch
        {
            0 => bytes[..random.Next(bytes.Length)],
            1 => [.. bytes, .. bytes.AsSpan(random.Next(bytes.Length))],
            2 => [.. bytes, .. new byte[random.Next(1, 2000)]],
            _ => bytes,
        };
    }

    private void Add(byte[] sound)
    {
        _plain.Add(sound);
        foreach (var members in (int[])[0, 1, 2])
        {
            _packed.Add((Pack(sound, members), sound));
        }
    }

    /// <summary>One member, or two, or one for the header's beginning and an empty last one.</summary>
    private static byte[] Pack(byte[] plain, int members) => members switch
    {
        0 => Member(plain),
        1 => [.. Member(plain.AsSpan(0, plain.Length / 2)), .. Member(plain.AsSpan(plain.Length / 2))],
        _ => [.. Member(plain.AsSpan(0, Math.Min(100, plain.Length))), .. Member(plain.AsSpan(Math.Min(100, plain.Length))), .. Member([])],
    };

    private static byte[] Member(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    private static byte[] Sound(NiftiDataType type, bool bigEndian, bool sform, short depth = 4)
    {
        const int Offset = 352;
        var size = NiftiVoxels.BytesPerVoxel(type);
        var voxels = 6 * 5 * depth;
        var bytes = new byte[Offset + voxels * size];
        void Int(int at, int value) => Write(at, 4, value);
        void Short(int at, int value) => Write(at, 2, value);
        void Single(int at, float value) => Write(at, 4, BitConverter.SingleToInt32Bits(value));
        void Write(int at, int length, long value)
        {
            for (var n = 0; n < length; n++)
            {
                bytes[at + (bigEndian ? length - 1 - n : n)] = (byte)(value >> 8 * n);
            }
        }

        Int(0, 348);
        foreach (var (n, value) in new[] { 3, 6, 5, depth, 1, 1, 1, 1 }.Index())
        {
            Short(40 + 2 * n, value);
        }

        Short(70, (int)type);
        Short(72, 8 * size);
        foreach (var (n, value) in new float[] { -1, 1, 2, 3, 1 }.Index())
        {
            Single(76 + 4 * n, value);
        }

        Single(108, Offset);
        Single(112, 1);
        bytes[123] = 10;
        Short(252, 1);
        Short(254, sform ? 2 : 0);
        Single(264, 0.6f);
        Single(268, -20);
        foreach (var (n, value) in new float[] { -1, 0, 0, 30, 0, 2, 0, -40, 0, 0, 3, 5 }.Index())
        {
            Single(280 + 4 * n, value);
        }

        "n+1\0"u8.CopyTo(bytes.AsSpan(344));
        for (var n = 0; n < voxels; n++)
        {
            var value = n % 3;
            Write(Offset + n * size, size, type switch
            {
                NiftiDataType.Float32 => BitConverter.SingleToInt32Bits(value),
                NiftiDataType.Float64 => BitConverter.DoubleToInt64Bits(value),
                _ => value,
            });
        }

        return bytes;
    }
}
