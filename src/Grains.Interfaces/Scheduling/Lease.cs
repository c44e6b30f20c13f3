namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>The right to a device. A higher token makes every lower one void.</summary>
/// <param name="Device">Key of the device, <c>silo/device</c>.</param>
/// <param name="Run">The run it was given to.</param>
/// <param name="Token">Fencing token, growing with every lease of the scheduler.</param>
[GenerateSerializer, Immutable, Alias("hermes.Lease")]
public sealed record Lease(
    [property: Id(0)] string Device,
    [property: Id(1)] string Run,
    [property: Id(2)] long Token);
