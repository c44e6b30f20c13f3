using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>One training device. Key: the device, <c>silo/device</c>; lives on that silo.</summary>
[Alias("hermes.ITrainerGrain"), Needs(Role.Silo)]
public interface ITrainerGrain : IGrainWithStringKey
{
    /// <summary>Works for the lease's run until it ends; returns at once, and is told again if not heard, so that a silo which stands still does not keep others waiting.</summary>
    [Alias("TakeAsync"), ResponseTimeout("00:00:05")]
    Task TakeAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>Helps the first device of a run, on the same silo, until that needs it no more; returns at once.</summary>
    /// <param name="lease">The lease of this device.</param>
    /// <param name="order">The first one's order, with the place of this device.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("HelpAsync"), ResponseTimeout("00:00:05")]
    Task HelpAsync(Lease lease, TrainOrder order, CancellationToken cancellationToken = default);

    /// <summary>Stops the work of a lease at the next step; returns at once.</summary>
    [Alias("StopAsync")]
    Task StopAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>Stops whatever is worked on at the next step and takes no further lease; returns when what was learned is saved and told.</summary>
    [Alias("EndAsync"), ResponseTimeout("00:01:00")]
    Task EndAsync(CancellationToken cancellationToken = default);
}
