namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>One training device. Key: the device, <c>silo/device</c>; lives on that silo.</summary>
[Alias("hermes.ITrainerGrain")]
public interface ITrainerGrain : IGrainWithStringKey
{
    /// <summary>Works for the lease's run until it ends; returns at once.</summary>
    [Alias("TakeAsync")]
    Task TakeAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>Stops the work of a lease at the next step; returns at once.</summary>
    [Alias("StopAsync")]
    Task StopAsync(Lease lease, CancellationToken cancellationToken = default);
}
