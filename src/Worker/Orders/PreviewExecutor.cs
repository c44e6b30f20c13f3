using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Worker.Pictures;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Orders;

/// <summary>Makes the preview of a stored case.</summary>
internal sealed class PreviewExecutor(WorkerBlobs blobs, VolumeLimits limits, Pulse pulse)
{
    public Preview Execute(PreviewOrder order, CancellationToken cancellationToken)
    {
        var image = blobs.Read(order.Image, path => NiftiReader.ReadImage(path, limits));
        var labels = order.Label is { } label ? blobs.Read(label, path => NiftiReader.ReadLabels(path, limits)) : null;
        cancellationToken.ThrowIfCancellationRequested();
        pulse.At(WorkPhase.Store);
        return new PreviewMaker(blobs.Store, image.Volume, order.Modality).Of(labels?.Volume, [.. order.Labels.Select(l => (l.Value, l.Structure))]);
    }
}
