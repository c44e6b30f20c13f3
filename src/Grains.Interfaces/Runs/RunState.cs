namespace Hermes.Grains.Interfaces.Runs;

/// <summary>The state machine of a run.</summary>
[GenerateSerializer]
public enum RunState
{
    /// <summary>No run has this name.</summary>
    Absent = 0,

    /// <summary>Waits for a device.</summary>
    Queued = 1,

    /// <summary>A worker holds the lease and prepares or trains.</summary>
    Running = 2,

    /// <summary>Its worker or silo was lost; goes on from the last checkpoint as soon as a device is free.</summary>
    Interrupted = 3,

    /// <summary>A cancel was acknowledged and takes effect at the next step.</summary>
    Cancelling = 4,

    /// <summary>Ended by a user; can be resumed from its last checkpoint.</summary>
    Cancelled = 5,

    /// <summary>Done; the model package exists.</summary>
    Completed = 6,

    /// <summary>Ended by a cause that a person must mend; can be resumed.</summary>
    Failed = 7,
}
