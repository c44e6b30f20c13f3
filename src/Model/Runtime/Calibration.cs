using System.Text.Json.Serialization;

namespace Hermes.Model.Runtime;

/// <summary>What was measured of a processor of which nobody knows in which number format it is faster.</summary>
public sealed record Calibration
{
    private const double WorthIt = 0.9;

    /// <summary>What kind of processor it is, by its own word.</summary>
    public required string Device { get; init; }

    /// <summary>The version of libtorch.</summary>
    public required string Library { get; init; }

    /// <summary>Threads of one operation.</summary>
    public required int Threads { get; init; }

    /// <summary>The time of convolutions in bfloat16 divided by that in float32.</summary>
    public required double BFloat16Share { get; init; }

    /// <summary>Whether bfloat16 is worth its coarser numbers.</summary>
    [JsonIgnore]
    public bool BFloat16PaysOff => BFloat16Share < WorthIt;
}
