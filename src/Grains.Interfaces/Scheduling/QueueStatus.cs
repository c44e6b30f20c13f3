namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>Who waits for what and why, who has which device, and what the sites used.</summary>
[GenerateSerializer, Immutable, Alias("hermes.QueueStatus")]
public sealed record QueueStatus
{
    /// <summary>Runs that wait, in the order in which they would go now.</summary>
    [Id(0)] public IReadOnlyList<QueuedRun> Waiting { get; init; } = [];

    /// <summary>Runs that have a device, in the order of the devices.</summary>
    [Id(1)] public IReadOnlyList<LeasedRun> Running { get; init; } = [];

    /// <summary>Devices that silos declared.</summary>
    [Id(2)] public IReadOnlyList<QueueDevice> Devices { get; init; } = [];

    /// <summary>What the sites used of late, in the order of their names.</summary>
    [Id(3)] public IReadOnlyList<SiteShare> Sites { get; init; } = [];
}

/// <summary>A run that waits for a device.</summary>
[GenerateSerializer, Immutable, Alias("hermes.QueuedRun")]
public sealed record QueuedRun
{
    /// <summary>The run's name.</summary>
    [Id(0)] public required string Run { get; init; }

    /// <summary>What it asks for.</summary>
    [Id(1)] public required RunDemand Demand { get; init; }

    /// <summary>Bytes it needs on the device that suits it best; null when nobody knows.</summary>
    [Id(2)] public long? Memory { get; init; }

    /// <summary>When it came; null of a run that an older platform queued.</summary>
    [Id(3)] public DateTimeOffset? Queued { get; init; }

    /// <summary>Whether a person holds it back.</summary>
    [Id(4)] public bool IsHeld { get; init; }

    /// <summary>Whether it goes where a person put it.</summary>
    [Id(5)] public bool IsMoved { get; init; }

    /// <summary>Why it waits: sentences for people.</summary>
    [Id(6)] public required string Reason { get; init; }
}

/// <summary>A run that has a device.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Device">The device's key.</param>
/// <param name="Since">Since when; null of a lease that an older platform gave.</param>
/// <param name="Demand">What it asked for.</param>
[GenerateSerializer, Immutable, Alias("hermes.LeasedRun")]
public sealed record LeasedRun(
    [property: Id(0)] string Run,
    [property: Id(1)] string Device,
    [property: Id(2)] DateTimeOffset? Since,
    [property: Id(3)] RunDemand Demand);

/// <summary>A device and whether it can be had.</summary>
/// <param name="Device">What its silo declared.</param>
/// <param name="IsAlive">Whether its silo was heard of late.</param>
/// <param name="Run">The run that has it, if any.</param>
[GenerateSerializer, Immutable, Alias("hermes.QueueDevice")]
public sealed record QueueDevice([property: Id(0)] DeviceDescription Device, [property: Id(1)] bool IsAlive, [property: Id(2)] string? Run);

/// <summary>What a site used of late.</summary>
/// <param name="Site">The site.</param>
/// <param name="Seconds">Device time in seconds; what was used counts half after a day.</param>
[GenerateSerializer, Immutable, Alias("hermes.SiteShare")]
public sealed record SiteShare([property: Id(0)] string Site, [property: Id(1)] double Seconds);
