using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Volumes;
using Hermes.Model.Volumes.Formats;

namespace Hermes.Worker.Orders;

/// <summary>Looks into one case: reads what was offered, checks it, stores it converted and without free text, and measures it.</summary>
internal sealed class IngestExecutor(WorkerBlobs blobs, VolumeLimits limits)
{
    public CaseFacts Execute(IngestOrder order, CancellationToken cancellation)
    {
        var offered = order.Case;
        var image = Read(offered.Image, offered.ImageFile, path => NiftiReader.ReadImage(path, limits));
        cancellation.ThrowIfCancellationRequested();

        var geometry = image.Volume.Geometry;
        var labels = offered.Label is { } label ? ReadLabels(label, offered, geometry) : null;
        var volumes = labels is null ? [] : Measure(labels, order.Labels, offered.LabelFile!);
        cancellation.ThrowIfCancellationRequested();

        var (minimum, maximum) = Range(image.Volume.Voxels);
        var warnings = new List<string>();
        if (image.NonFiniteVoxels > 0)
        {
            warnings.Add($"{offered.ImageFile}: {image.NonFiniteVoxels} voxels were not finite and became {minimum:G6}.");
        }

        if (minimum == maximum)
        {
            throw new HermesException(
                $"{offered.ImageFile}: found the same intensity ({minimum:G6}) in every voxel, expected an image.", offered.ImageFile);
        }

        if (labels is not null && volumes.Count == 0)
        {
            warnings.Add($"{offered.LabelFile}: no voxel is labelled.");
        }

        return new CaseFacts
        {
            Image = blobs.Store(MediaTypes.NiftiGz, ".nii.gz", path => NiftiWriter.Write(path, image.Volume)),
            Label = labels is null ? null : blobs.Store(MediaTypes.NiftiGz, ".nii.gz", path => NiftiWriter.Write(path, labels)),
            Size = [geometry.Width, geometry.Height, geometry.Depth],
            SpacingMm = [geometry.Spacing.X, geometry.Spacing.Y, geometry.Spacing.Z],
            Orientation = geometry.AxisCodes,
            Minimum = minimum,
            Maximum = maximum,
            LabelVolumesMl = volumes,
            Warnings = warnings,
        };
    }

    private Volume<ushort> ReadLabels(BlobRef blob, CaseSource offered, VolumeGeometry image)
    {
        var labels = Read(blob, offered.LabelFile!, path => NiftiReader.ReadLabels(path, limits));
        try
        {
            return LabelAlignment.OntoImageGrid(labels, image, offered.LabelFile!);
        }
        catch (InvalidDataException difference)
        {
            throw new HermesException(
                difference.Message, offered.LabelFile, $"Labels must lie in the space of {offered.ImageFile}; resample them onto it.");
        }
    }

    private T Read<T>(BlobRef blob, string userFile, Func<string, T> read)
    {
        try
        {
            return read(blobs.Fetch(blob));
        }
        catch (VolumeFormatException error)
        {
            throw FailureOf.Named(error, userFile);
        }
    }

    private static Dictionary<int, double> Measure(Volume<ushort> labels, IReadOnlyList<LabelEntry> table, string userFile)
    {
        var counts = new long[ushort.MaxValue + 1];
        foreach (var value in labels.Voxels)
        {
            counts[value]++;
        }

        var known = table.Select(l => l.Value).ToHashSet();
        for (var value = 1; value < counts.Length; value++)
        {
            if (counts[value] > 0 && !known.Contains(value))
            {
                throw new HermesException(
                    $"{userFile}: found label {value} in {counts[value]} voxels, expected only labels of the label table ({string.Join(", ", table.Select(l => $"{l.Value} {l.Structure}"))}).",
                    userFile,
                    "Add the label to the label-names file, or remove it from the volume.");
            }
        }

        return table.Where(l => counts[l.Value] > 0).ToDictionary(l => l.Value, l => counts[l.Value] * labels.Geometry.VoxelVolumeMl);
    }

    private static (float Minimum, float Maximum) Range(float[] voxels)
    {
        float minimum = float.PositiveInfinity, maximum = float.NegativeInfinity;
        foreach (var value in voxels)
        {
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }

        return (minimum, maximum);
    }
}
