namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>A device that a silo declares.</summary>
/// <param name="Key"><c>silo/device</c>; trainer and inference grains of the device have this key.</param>
/// <param name="Silo">The silo that declares it.</param>
/// <param name="Kind">One of <see cref="DeviceKinds"/>.</param>
/// <param name="Threads">Processor threads its worker uses.</param>
[GenerateSerializer, Immutable, Alias("hermes.DeviceDescription")]
public sealed record DeviceDescription(
    [property: Id(0)] string Key,
    [property: Id(1)] string Silo,
    [property: Id(2)] string Kind,
    [property: Id(3)] int Threads)
{
    /// <summary>Its memory in bytes; null when nobody knows, and then it sets no limit.</summary>
    [Id(4)] public long? Memory { get; init; }

    /// <summary>The site where it stands.</summary>
    [Id(5)] public string Site { get; init; } = Names.DefaultSite;
}

/// <summary>Kinds of devices.</summary>
public static class DeviceKinds
{
    /// <summary>The processor of a machine.</summary>
    public const string Cpu = "cpu";

    /// <summary>A graphics card.</summary>
    public const string Cuda = "cuda";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Cpu, Cuda];
}
