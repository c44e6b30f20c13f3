using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>One inference device. Key: the device, <c>silo/device</c>; lives on that silo.</summary>
[Alias("hermes.IInferenceGrain"), Needs(Role.Silo)]
public interface IInferenceGrain : IGrainWithStringKey
{
    /// <summary>Queues a segmentation for the device's worker; returns at once. The segmentation grain <paramref name="segmentation"/> is told what happens.</summary>
    [Alias("SubmitAsync")]
    Task SubmitAsync(string segmentation, SegmentOrder order, CancellationToken cancellationToken = default);

    /// <summary>Stops a segmentation at the next window, or takes it out of the queue.</summary>
    [Alias("CancelAsync")]
    Task CancelAsync(string segmentation, CancellationToken cancellationToken = default);

    /// <summary>Stops what is under way at the next window and takes nothing more; the questions are asked again after the start.</summary>
    [Alias("EndAsync")]
    Task EndAsync(CancellationToken cancellationToken = default);

    /// <summary>Segmentations queued or under way; asked of all devices, so one whose silo stands still is not waited for.</summary>
    [Alias("LoadAsync"), ResponseTimeout("00:00:02")]
    Task<int> LoadAsync(CancellationToken cancellationToken = default);
}
