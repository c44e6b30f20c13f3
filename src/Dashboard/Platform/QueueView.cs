using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Dashboard.Platform;

/// <summary>The queue as its page shows it.</summary>
/// <param name="Queue">Runs that wait and that have a device, devices and sites.</param>
/// <param name="Questions">Segmentations that wait or are under way.</param>
public sealed record QueueView(QueueStatus Queue, QuestionsUnderWay Questions)
{
    /// <summary>The devices, each with the run that has it.</summary>
    public IReadOnlyList<DeviceRow> Devices { get; } =
    [
        .. Queue.Devices.Select(d => new DeviceRow(
            d.Device,
            d switch
            {
                { IsAlive: false } => DeviceState.Silent,
                { Run: not null } => DeviceState.Busy,
                _ when Questions.Devices.Contains(d.Device.Key) => DeviceState.Answering,
                _ => DeviceState.Free,
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
    /// <summary>It has nothing to do.</summary>
    Free,

    /// <summary>No run has it, and it is at a segmentation.</summary>
    Answering,

    /// <summary>A run has it.</summary>
    Busy,

    /// <summary>Nothing is heard of its silo.</summary>
    Silent,
}
