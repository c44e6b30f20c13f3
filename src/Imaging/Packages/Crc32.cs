using System.Buffers.Binary;

namespace Hermes.Imaging.Packages;

/// <summary>The checksum of zip archives: .NET computes it where it writes one, and does not compare it where it reads one.</summary>
internal static class Crc32
{
    // Eight bytes at a time, by a table for each of their places.
    private const int Places = 8;
    private const uint Polynomial = 0xedb88320;
    private static readonly uint[] Tables = MakeTables();

    /// <summary>The checksum of what <paramref name="checksum"/> is of, followed by these bytes; of nothing it is 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = Tables;
        var state = ~checksum;
        while (bytes.Length >= Places)
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ state;
            state = tables[(7 << 8) + (byte)eight] ^ tables[(6 << 8) + (byte)(eight >> 8)]
                ^ tables[(5 << 8) + (byte)(eight >> 16)] ^ tables[(4 << 8) + (byte)(eight >> 24)]
                ^ tables[(3 << 8) + (byte)(eight >> 32)] ^ tables[(2 << 8) + (byte)(eight >> 40)]
                ^ tables[(1 << 8) + (byte)(eight >> 48)] ^ tables[(byte)(eight >> 56)];
            bytes = bytes[Places..];
        }

        foreach (var one in bytes)
        {
            state = state >> 8 ^ tables[(byte)(state ^ one)];
        }

        return ~state;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[Places << 8];
        for (var n = 0; n < tables.Length; n++)
        {
            // The table of a place is that of the place before, one more zero byte on.
            var value = n < 256 ? (uint)n : tables[n - 256];
            if (n < 256)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    value = (value & 1) == 0 ? value >> 1 : value >> 1 ^ Polynomial;
                }
            }
            else
            {
                value = value >> 8 ^ tables[(byte)value];
            }

            tables[n] = value;
        }

        return tables;
    }
}
