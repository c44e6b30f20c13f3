using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hermes.Imaging.Preprocessing;

/// <summary>Writes prepared cases for <see cref="PreparedCaseFile"/>. The same case always gives the same bytes.</summary>
public static class PreparedCaseWriter
{
    /// <summary>Writes beside, then renames.</summary>
    /// <param name="path">The file to appear; replaced when it exists.</param>
    /// <param name="header">What to note; <see cref="PreparedCase.Labels"/> is computed.</param>
    /// <param name="image">[D, H, W] of the header's grid.</param>
    /// <param name="labels">[D, H, W], or empty when <see cref="PreparedCase.LabelsDigest"/> is null.</param>
    /// <returns>The header as written.</returns>
    /// <exception cref="ArgumentException">An array does not have the size of the grid, or labels and their digest do not go together.</exception>
    public static PreparedCase Write(string path, PreparedCase header, ReadOnlySpan<float> image, ReadOnlySpan<ushort> labels)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(header);
        var voxels = header.Grid.Size.VoxelCount;
        if (image.Length != voxels || labels.Length != (header.LabelsDigest is null ? 0 : voxels))
        {
            throw new ArgumentException(
                $"Got {image.Length} intensities and {labels.Length} labels for {header.Grid.Size} voxels "
                + $"{(header.LabelsDigest is null ? "without" : "with")} labels.",
                nameof(image));
        }

        var samples = SampleLabels(labels, out var counts);
        header = header with { Labels = counts };
        var json = JsonSerializer.SerializeToUtf8Bytes(header, PreparedCaseLayout.Json);
        if (json.Length > PreparedCaseLayout.MaxHeaderLength)
        {
            throw new ArgumentException(
                $"The header of case {header.CaseId} takes {json.Length} bytes, more than {PreparedCaseLayout.MaxHeaderLength}.", nameof(header));
        }

        var layout = PreparedCaseLayout.Of(header, json.Length);
        var beside = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                file.Write(PreparedCaseLayout.Magic);
                Span<byte> length = stackalloc byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
                file.Write(length);
                file.Write(json);
                PadTo(file, layout.ImageStart);
                WriteAll(file, image);
                PadTo(file, layout.LabelsStart);
                WriteAll(file, labels);
                PadTo(file, layout.SamplesStart);
                WriteAll<int>(file, CollectionsMarshal.AsSpan(samples));
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }

        return header;
    }

    private static List<int> SampleLabels(ReadOnlySpan<ushort> labels, out List<PreparedLabel> counts)
    {
        var perValue = new int[ushort.MaxValue + 1];
        foreach (var label in labels)
        {
            perValue[label]++;
        }

        counts = [];
        var strides = new int[perValue.Length];
        var next = new int[perValue.Length];
        var total = 0;
        for (var value = 1; value < perValue.Length; value++)
        {
            if (perValue[value] > 0)
            {
                strides[value] = (perValue[value] + PreparedCaseLayout.MaxSamplesPerLabel - 1) / PreparedCaseLayout.MaxSamplesPerLabel;
                var taken = (perValue[value] + strides[value] - 1) / strides[value];
                counts.Add(new PreparedLabel((ushort)value, perValue[value], taken));
                next[value] = total;
                total += taken;
            }
        }

        var samples = new List<int>();
        CollectionsMarshal.SetCount(samples, total);
        var seen = new int[perValue.Length];
        for (var n = 0; n < labels.Length; n++)
        {
            var value = labels[n];
            if (value != 0 && seen[value]++ % strides[value] == 0)
            {
                samples[next[value]++] = n;
            }
        }

        return samples;
    }

    private static void PadTo(FileStream file, long position)
    {
        ReadOnlySpan<byte> zeros = stackalloc byte[PreparedCaseLayout.Alignment];
        file.Write(zeros[..(int)(position - file.Position)]);
    }

    private static void WriteAll<T>(FileStream file, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        const int Part = 1 << 20;
        for (var offset = 0; offset < values.Length; offset += Part)
        {
            file.Write(MemoryMarshal.AsBytes(values.Slice(offset, Math.Min(Part, values.Length - offset))));
        }
    }
}
