using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>What a run asks of the queue.</summary>
[GenerateSerializer, Immutable, Alias("hermes.RunDemand")]
public sealed record RunDemand
{
    /// <summary>The site for whose share its device time counts.</summary>
    [Id(0)] public string Site { get; init; } = Names.DefaultSite;

    /// <summary>Which runs it goes before.</summary>
    [Id(1)] public RunPriority Priority { get; init; }

    /// <summary>The kind of device it needs, one of <see cref="DeviceKinds"/>; null for any.</summary>
    [Id(2)] public string? DeviceKind { get; init; }

    /// <summary>What memory it needs; null when nobody knows, and then it fits everywhere.</summary>
    [Id(3)] public MemoryNeed? Memory { get; init; }

    /// <summary>How many devices of one silo it needs together; null for one.</summary>
    [Id(4)] public int? Devices { get; init; }
}

/// <summary>The memory of a training. How much it is depends on the device: a processor learns fewer samples at once than a batch has.</summary>
/// <param name="Fixed">Bytes whatever the batch.</param>
/// <param name="PerSample">Bytes for each sample that is learned at once.</param>
/// <param name="BatchSize">Samples of a batch, or those that are learned at once where that is said.</param>
[GenerateSerializer, Immutable, Alias("hermes.MemoryNeed")]
public sealed record MemoryNeed([property: Id(0)] long Fixed, [property: Id(1)] long PerSample, [property: Id(2)] int BatchSize);
