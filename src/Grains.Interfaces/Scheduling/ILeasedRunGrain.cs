using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>A run as those see it who work for it. Key: the run's name.</summary>
[Alias("hermes.ILeasedRunGrain"), Needs(Role.Silo)]
public interface ILeasedRunGrain : IGrainWithStringKey
{
    /// <summary>For the trainer that holds <paramref name="lease"/>: the work to do now, or null when there is none any more.</summary>
    [Alias("BeginAsync")]
    Task<TrainOrder?> BeginAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>For the trainer: what its worker said.</summary>
    /// <returns>Whether the trainer should go on; false when the lease is no longer the run's.</returns>
    [Alias("ReportAsync")]
    Task<bool> ReportAsync(Lease lease, TrainReport report, CancellationToken cancellationToken = default);

    /// <summary>
    /// For the scheduler: <paramref name="lease"/> is void because its silo or trainer is gone; the run goes on from its last checkpoint. Not counted
    /// as a crash. Told again if not heard, so that a silo which stands still does not keep others waiting.
    /// </summary>
    [Alias("LeaseVoidAsync"), ResponseTimeout("00:00:05")]
    Task LeaseVoidAsync(Lease lease, string reason);
}
