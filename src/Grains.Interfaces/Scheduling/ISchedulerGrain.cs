namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>The queue of runs for a class of devices, and the leases. Key: the device class, <see cref="DefaultClass"/>.</summary>
[Alias("hermes.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>The one device class of an embedded platform.</summary>
    const string DefaultClass = "default";

    /// <summary>
    /// A silo declares its devices, again and again while it lives. <paramref name="incarnation"/>, its address in the cluster, changes when the silo restarts;
    /// leases of an earlier incarnation are void.
    /// </summary>
    [Alias("DeclareDevicesAsync")]
    Task DeclareDevicesAsync(string silo, string incarnation, IReadOnlyList<DeviceDescription> devices, CancellationToken cancellationToken = default);

    /// <summary>Queues a run, once; a run that holds a live lease is not queued. Without a suitable device it waits.</summary>
    /// <param name="run">The run's name.</param>
    /// <param name="atFront">Whether it goes before all others, because it had a device already and lost it.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("EnqueueAsync")]
    Task EnqueueAsync(string run, bool atFront = false, CancellationToken cancellationToken = default);

    /// <summary>Takes a run out of the queue; its lease, if any, stays until released.</summary>
    [Alias("DequeueAsync")]
    Task DequeueAsync(string run, CancellationToken cancellationToken = default);

    /// <summary>Gives a lease back.</summary>
    [Alias("ReleaseAsync")]
    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>The lease holder is alive. False: the lease is void, stop.</summary>
    [Alias("RenewAsync")]
    Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>The live lease of a run, if any.</summary>
    [Alias("FindLeaseAsync")]
    Task<Lease?> FindLeaseAsync(string run, CancellationToken cancellationToken = default);

    /// <summary>Devices that are alive now.</summary>
    [Alias("ListDevicesAsync")]
    Task<IReadOnlyList<DeviceDescription>> ListDevicesAsync(CancellationToken cancellationToken = default);

    /// <summary>Position of a run in the queue, 0-based, or -1.</summary>
    [Alias("PositionAsync")]
    Task<int> PositionAsync(string run, CancellationToken cancellationToken = default);
}
