using System.Text.Json;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Pictures;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Worker.Pictures;

/// <summary>Makes previews of an image and of what is labelled on it.</summary>
/// <param name="store">Stores a blob.</param>
/// <param name="image">The image.</param>
/// <param name="modality">Its modality.</param>
internal sealed class PreviewMaker(StoreBlob store, Volume<float> image, string modality)
{
    private readonly Lazy<(Volume<float> Volume, BlobRef Blob)> _small = new(() =>
    {
        var small = Reduction.Mean(image, Preview.LongestAxis);
        return (small, store(MediaTypes.NiftiGz, ".nii.gz", path => Write(path, small)));
    });

    /// <summary>The preview of the image with labels on its grid, if there are any.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="structures">What their values are, in the order of their colours.</param>
    public Preview Of(Volume<ushort>? labels, IReadOnlyList<(int Value, string Structure)> structures)
    {
        var statistics = IntensityStatistics.Of(image, labels, [.. structures.Select(s => checked((ushort)s.Value))]);
        var small = labels is null ? null : Reduction.Middle(labels, Preview.LongestAxis);
        return new Preview
        {
            Form = Preview.CurrentForm,
            Thumbnail = Store(MediaTypes.Png, ".png", PngImage.Encode(Draw(small, structures, statistics.Image))),
            Image = _small.Value.Blob,
            Label = small is null ? null : store(MediaTypes.NiftiGz, ".nii.gz", path => NiftiWriter.Write(path, small)),
            Statistics = Store(MediaTypes.Json, ".json", JsonSerializer.SerializeToUtf8Bytes(Document(statistics, structures), WorkOrderJson.Options)),
        };
    }

    private Pixels Draw(Volume<ushort>? labels, IReadOnlyList<(int Value, string Structure)> structures, IntensityStatistics statistics)
    {
        var colours = structures.Index().ToDictionary(s => checked((ushort)s.Item.Value), s => PngImage.Colour(LabelColours.At(s.Index)));
        var (black, white) = modality == ModalityNames.Ct ? (UsualWindow.Black, UsualWindow.White) : (statistics.Percentile1, statistics.Percentile99);
        var upright = Reorientation.ToCanonical(_small.Value.Volume);
        var over = labels is null ? null : Reorientation.ToCanonical(labels);
        return SlicePicture.Draw(
            Slice.Of(upright, over, over is null ? upright.Geometry.Depth / 2 : SlicePicture.Choose(over), black, white),
            Preview.Side,
            label => colours.TryGetValue(label, out var colour) ? colour : null);
    }

    private VolumeStatistics Document(
        (IntensityStatistics Image, IReadOnlyDictionary<ushort, IntensityStatistics> Labels) found, IReadOnlyList<(int Value, string Structure)> structures) => new(
        Summary(found.Image),
        [
            .. from structure in structures
               where found.Labels.ContainsKey(checked((ushort)structure.Value))
               let within = found.Labels[checked((ushort)structure.Value)]
               select new StructureSummary(structure.Structure, within.Voxels * image.Geometry.VoxelVolumeMl, Summary(within), within.IsCutOff),
        ]);

    private static IntensitySummary Summary(IntensityStatistics s) =>
        new(s.Minimum, s.Percentile1, s.Median, s.Percentile99, s.Maximum, s.Mean, s.StandardDeviation);

    private BlobRef Store(string mediaType, string extension, byte[] bytes) => store(mediaType, extension, path => File.WriteAllBytes(path, bytes));

    // Rounded where that changes less than a thousandth of the range: half the bytes, and less than half when they are packed.
    private static void Write(string path, Volume<float> volume)
    {
        float low = volume.Voxels.Min(), high = volume.Voxels.Max();
        if (low >= short.MinValue && high <= short.MaxValue && high - low >= 1000)
        {
            NiftiWriter.Write(path, new Volume<short>(volume.Geometry, Array.ConvertAll(volume.Voxels, v => (short)MathF.Round(v))));
        }
        else
        {
            NiftiWriter.Write(path, volume);
        }
    }
}
