using Hermes.Dashboard.Platform;

namespace Hermes.Dashboard.Scheduling;

/// <summary>What pages read of the queue. It fails with <see cref="PlatformAbsentException"/> while no platform answers.</summary>
internal interface IQueueReader
{
    /// <summary>Who waits for what and why, and who has which device.</summary>
    Task<QueueView> GetAsync(CancellationToken cancellationToken);
}
