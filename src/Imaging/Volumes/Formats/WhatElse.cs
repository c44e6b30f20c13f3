using System.Text;

namespace Hermes.Imaging.Volumes.Formats;

/// <summary>Words for what is not read.</summary>
internal static class WhatElse
{
    /// <summary>What a file is that is no NIfTI file, where its first bytes tell.</summary>
    public static string? OfFile(byte[] header)
    {
        if (header.AsSpan(128, 4).SequenceEqual("DICM"u8))
        {
            return "a DICOM file";
        }

        var start = Encoding.Latin1.GetString(header, 0, 40).Split('\0', '\n')[0].TrimEnd();
        return start.Length >= 4 && start.All(letter => letter is >= ' ' and <= '~' or '\t') ? $"text that begins with '{start}'" : null;
    }

    /// <summary>What voxels are that are no intensities, by the format's code.</summary>
    public static string? OfVoxels(int dataType) => dataType switch
    {
        1 => "voxels of a single bit",
        32 or 1792 or 2048 => "complex numbers",
        128 => "a colour image (RGB)",
        2304 => "a colour image (RGBA)",
        1536 => "128-bit floating-point numbers",
        _ => null,
    };
}
