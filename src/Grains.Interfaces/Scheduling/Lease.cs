using System.Text.Json.Serialization;

namespace Hermes.Grains.Interfaces.Scheduling;

/// <summary>The right to a device. A higher token makes every lower one void.</summary>
/// <param name="Device">Key of the device, <c>silo/device</c>.</param>
/// <param name="Run">The run it was given to.</param>
/// <param name="Token">Fencing token, growing with every lease of the scheduler.</param>
[GenerateSerializer, Immutable, Alias("hermes.Lease")]
public sealed record Lease(
    [property: Id(0)] string Device,
    [property: Id(1)] string Run,
    [property: Id(2)] long Token)
{
    /// <summary>The token of the lease of the run's first device, where this one is of another of its devices; 0 of a first device.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public long Beside { get; init; }

    /// <summary>Whether it is of the run's first device, which takes the steps.</summary>
    [JsonIgnore]
    public bool IsFirst => Beside == 0;

    /// <summary>Which of the run's devices it is of, 0 the first.</summary>
    [JsonIgnore]
    public int Place => IsFirst ? 0 : (int)(Token - Beside);
}
