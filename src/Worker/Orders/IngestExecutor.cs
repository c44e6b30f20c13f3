using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Worker.Pictures;

namespace Hermes.Worker.Orders;

/// <summary>Looks into one case and stores it converted and without free text.</summary>
internal sealed class IngestExecutor(WorkerBlobs blobs, VolumeLimits limits)
{
    public CaseFacts Execute(IngestOrder order, CancellationToken cancellationToken)
    {
        var offered = order.Case;
        var found = blobs.Read(offered.Image, image => offered.Label is { } label ? blobs.Read(label, labels => Inspect(image, labels)) : Inspect(image, null));
        var geometry = found.Image.Volume.Geometry;
        return new CaseFacts
        {
            Image = blobs.Store(MediaTypes.NiftiGz, ".nii.gz", path => NiftiWriter.Write(path, found.Image.Volume)),
            Label = found.Labels is null ? null : blobs.Store(MediaTypes.NiftiGz, ".nii.gz", path => NiftiWriter.Write(path, found.Labels)),
            Size = [geometry.Width, geometry.Height, geometry.Depth],
            SpacingMm = [geometry.Spacing.X, geometry.Spacing.Y, geometry.Spacing.Z],
            Orientation = found.Image.Header.StatesOrientation ? geometry.AxisCodes : CaseFacts.UnknownOrientation,
            Minimum = found.Minimum,
            Maximum = found.Maximum,
            LabelVolumesMl = found.LabelVolumesMl,
            Warnings = found.Warnings,
            Preview = new PreviewMaker(blobs.Store, found.Image.Volume, order.Modality).Of(found.Labels, [.. order.Labels.Select(l => (l.Value, l.Structure))]),
        };

        InspectedCase Inspect(string image, string? labels) => new CaseInspector(order.Modality, order.Labels, limits).Inspect(
            (image, offered.ImageFile), labels is null ? null : (labels, offered.LabelFile!), cancellationToken);
    }
}
