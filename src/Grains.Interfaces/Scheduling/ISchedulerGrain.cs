using Hermes.Grains.Interfaces.Access;
using Orleans.Concurrency;

namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>The queue of runs for a class of devices, and the leases. Key: the device class, <see cref="DefaultClass"/>.</summary>
[Alias("hermes.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>The one class there is so far, of all devices: a run that takes any kind stands in one queue for them all.</summary>
    const string DefaultClass = "default";

    /// <summary>
    /// A silo declares its devices, again and again while it lives. <paramref name="incarnation"/>, its address in the cluster, changes when the silo restarts;
    /// leases of an earlier incarnation are void.
    /// </summary>
    [Alias("DeclareDevicesAsync"), Needs(Role.Silo)]
    Task DeclareDevicesAsync(string silo, string incarnation, IReadOnlyList<DeviceDescription> devices, CancellationToken cancellationToken = default);

    /// <summary>Queues a run, once; a run that holds a live lease is not queued. Without a suitable device it waits.</summary>
    /// <param name="run">The run's name.</param>
    /// <param name="atFront">Whether it goes before all others of its priority, because it had a device already and lost it.</param>
    /// <param name="demand">What it asks for; a run that is queued already asks for this from now on. Null for nothing in particular.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("EnqueueAsync"), Needs(Role.Silo)]
    Task EnqueueAsync(string run, bool atFront = false, RunDemand? demand = null, CancellationToken cancellationToken = default);

    /// <summary>Takes a run out of the queue; its lease, if any, stays until released.</summary>
    [Alias("DequeueAsync"), Needs(Role.Silo)]
    Task DequeueAsync(string run, CancellationToken cancellationToken = default);

    /// <summary>Gives a lease back; with that of a run's first device those of its others.</summary>
    [Alias("ReleaseAsync"), Needs(Role.Silo)]
    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>The lease holder is alive. False: the lease is void, stop. It is heard while the database is away, too: nothing is stored for it.</summary>
    [Alias("RenewAsync"), Needs(Role.Silo), AlwaysInterleave]
    Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>The live lease of a run's first device, if any.</summary>
    [Alias("FindLeaseAsync"), Needs(Role.Viewer)]
    Task<Lease?> FindLeaseAsync(string run, CancellationToken cancellationToken = default);

    /// <summary>The live leases of the other devices of a run.</summary>
    /// <param name="first">The lease of its first.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("ListBesideAsync"), Needs(Role.Silo)]
    Task<IReadOnlyList<Lease>> ListBesideAsync(Lease first, CancellationToken cancellationToken = default);

    /// <summary>Devices that are alive now.</summary>
    [Alias("ListDevicesAsync"), Needs(Role.Viewer)]
    Task<IReadOnlyList<DeviceDescription>> ListDevicesAsync(CancellationToken cancellationToken = default);

    /// <summary>Refuses what no device that any silo declared can hold. Without a declared device of its kind a run may wait for one.</summary>
    /// <exception cref="HermesException">It needs more memory than the largest has; the message says both.</exception>
    [Alias("RequireRoomAsync"), Needs(Role.Viewer)]
    Task RequireRoomAsync(RunDemand demand, CancellationToken cancellationToken = default);

    /// <summary>Who waits for what and why.</summary>
    [Alias("GetQueueAsync"), Needs(Role.Viewer)]
    Task<QueueStatus> GetQueueAsync(CancellationToken cancellationToken = default);

    /// <summary>Why a run waits, in sentences for people; null when it is not queued.</summary>
    [Alias("FindReasonAsync"), Needs(Role.Viewer)]
    Task<string?> FindReasonAsync(string run, CancellationToken cancellationToken = default);

    /// <summary>Lets a run go where a person wants it. One that has a device already keeps it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="before">The run it is to go before; null for all of them.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">The one or the other is not queued.</exception>
    [Alias("MoveAsync"), Needs(Role.Trainer)]
    Task<QueueStatus> MoveAsync(string run, string? before, string by, CancellationToken cancellationToken = default);

    /// <summary>Holds a run back until <see cref="EndHoldAsync"/>; it keeps its place.</summary>
    /// <param name="run">The run.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">It is not queued, or has a device already.</exception>
    [Alias("HoldAsync"), Needs(Role.Trainer)]
    Task<QueueStatus> HoldAsync(string run, string by, CancellationToken cancellationToken = default);

    /// <summary>Holds a run back no longer.</summary>
    /// <exception cref="HermesException">It is neither queued nor has it a device.</exception>
    [Alias("EndHoldAsync"), Needs(Role.Trainer)]
    Task<QueueStatus> EndHoldAsync(string run, CancellationToken cancellationToken = default);
}
