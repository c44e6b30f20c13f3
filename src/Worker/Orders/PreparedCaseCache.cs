using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Worker.Orders;

/// <summary>
/// Cases as the network sees them, one memory-mapped file per case and plan. Everything in it can be computed again, so
/// it may be deleted at any time; nothing else refers to it.
/// </summary>
internal sealed class PreparedCaseCache(Cache cache, WorkerBlobs blobs, VolumeLimits limits)
{
    /// <summary>Opens a prepared case, preparing it first when it is missing or damaged.</summary>
    public PreparedCaseFile Open(PreprocessingPlan plan, string planDigest, string modality, CaseRecord record)
    {
        var (path, file) = OpenOrPrepare(plan, planDigest, modality, record);
        cache.Hold(path, () => file.IsOpen);
        return file;
    }

    private (string Path, PreparedCaseFile File) OpenOrPrepare(PreprocessingPlan plan, string planDigest, string modality, CaseRecord record)
    {
        var image = record.Facts.Image;
        var label = record.Facts.Label ?? throw new HermesException($"Case {record.CaseId} has no labels; it cannot be learned from.");
        var folder = Path.Combine(cache.Folder, planDigest[..16]);
        var path = Path.Combine(folder, $"{modality}-{image.Sha256[..24]}-{label.Sha256[..24]}.case");
        if (TryOpen(path, planDigest, image.Sha256, label.Sha256) is { } ready)
        {
            return (path, ready);
        }

        Directory.CreateDirectory(folder);
        var volume = blobs.Read(image, file => NiftiReader.ReadImage(file, limits)).Volume;
        var labels = blobs.Read(label, file => NiftiReader.ReadLabels(file, limits)).Volume;
        var prepared = plan.Prepare(volume, modality);
        var header = new PreparedCase
        {
            CaseId = record.CaseId,
            Modality = modality,
            PlanDigest = planDigest,
            ImageDigest = image.Sha256,
            LabelsDigest = label.Sha256,
            Grid = prepared.Grid,
            Statistics = prepared.Statistics,
        };
        var preparedLabels = PreprocessingPlan.PrepareLabels(labels, prepared, record.CaseId);
        return (path, cache.WithRoom(() =>
        {
            PreparedCaseWriter.Write(path, header, prepared.Voxels, preparedLabels);
            return PreparedCaseFile.Open(path);
        }));
    }

    private PreparedCaseFile? TryOpen(string path, string planDigest, string image, string label)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            cache.Use(path);
            var file = PreparedCaseFile.Open(path);
            if (file.Header.PlanDigest == planDigest && file.Header.ImageDigest == image && file.Header.LabelsDigest == label)
            {
                return file;
            }

            file.Dispose();
        }
        catch (Exception lost) when (lost is InvalidDataException or FileNotFoundException)
        {
            // One that is damaged, or gave way this moment, is made again.
        }

        return null;
    }
}
