namespace Hermes.Grains.Interfaces.Runs;

/// <summary>
/// Which runs go first, whoever asks: all of a higher priority before all of a lower one. A day in which no run of its site and priority has a device lifts a run by
/// one, so that none waits for ever.
/// </summary>
[GenerateSerializer]
public enum RunPriority
{
    /// <summary>When nothing else waits.</summary>
    Low = -1,

    /// <summary>What a run has when nobody says otherwise.</summary>
    Normal = 0,

    /// <summary>Before the others.</summary>
    High = 1,
}
