namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>A device that a silo declares.</summary>
/// <param name="Key"><c>silo/device</c>; trainer and inference grains of the device have this key.</param>
/// <param name="Silo">The silo that declares it.</param>
/// <param name="Kind">cpu or cuda.</param>
/// <param name="Threads">Processor threads its worker uses.</param>
[GenerateSerializer, Immutable, Alias("hermes.DeviceDescription")]
public sealed record DeviceDescription(
    [property: Id(0)] string Key,
    [property: Id(1)] string Silo,
    [property: Id(2)] string Kind,
    [property: Id(3)] int Threads);
