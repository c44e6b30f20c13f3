using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Dashboard.Scheduling;

/// <summary>The queue as its page shows it.</summary>
/// <param name="Queue">Runs that wait and that have a device, devices and sites.</param>
/// <param name="Segmentations">Segmentations that wait or are under way: some of them, and how many there are.</param>
public sealed record QueueView(QueueStatus Queue, CatalogPage<WorkRow> Segmentations)
{
    /// <summary>The devices, each with the run that has it.</summary>
    public IReadOnlyList<DeviceRow> Devices { get; } =
    [
        .. Queue.Devices.Select(d => new DeviceRow(
            d.Device,
            Queue.Running.FirstOrDefault(r => r.Device == d.Device.Key) switch
            {
                _ when !d.IsAlive => DeviceState.Silent,
                null => DeviceState.Free,
                _ => DeviceState.Busy,
            },
            Queue.Running.FirstOrDefault(r => r.Device == d.Device.Key))),
    ];
}

/// <summary>A device and who has it.</summary>
/// <param name="Device">What its silo declared.</param>
/// <param name="State">Whether it can be had.</param>
/// <param name="Lease">The run that has it, if any.</param>
public sealed record DeviceRow(DeviceDescription Device, DeviceState State, LeasedRun? Lease);

/// <summary>Whether a device can be had.</summary>
public enum DeviceState
{
    /// <summary>No run has it.</summary>
    Free,

    /// <summary>A run has it.</summary>
    Busy,

    /// <summary>Nothing is heard of its silo.</summary>
    Silent,
}
