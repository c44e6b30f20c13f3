namespace Hermes.Model.Runtime;

/// <summary>How tensors are computed in this process.</summary>
public sealed record TorchRuntimeOptions
{
    /// <summary><c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, or null for a GPU if there is one.</summary>
    public string? Device { get; init; }

    /// <summary>The folder of the libtorch to load; null for the packaged one.</summary>
    public string? LibraryFolder { get; init; }

    /// <summary>Whether a libtorch of another version than the packaged one is taken.</summary>
    public bool UnverifiedLibrary { get; init; }

    /// <summary>Threads of one operation; null for one per processor. Results are the same bits only for the same number.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether convolutions may run in bfloat16: they do where the device is faster in it and the self-test passes.</summary>
    public bool MixedPrecision { get; init; }

    /// <summary>
    /// Whether the device is faster in bfloat16; null where nobody knows: of a processor its identity then tells or it is measured, and a card is believed to be.
    /// </summary>
    public bool? BFloat16PaysOff { get; init; }

    /// <summary>What was measured of processors before; null where nothing is to be measured, and a processor of which nobody knows is believed to be slower in bfloat16.</summary>
    public Calibrations? Calibrations { get; init; }

    /// <summary>Whether freed memory is kept for the next step. Switch off in a process that does much else.</summary>
    public bool KeepMemory { get; init; } = true;
}
