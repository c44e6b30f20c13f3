namespace Hermes.Grains.Interfaces.Updates;

/// <summary>The state machine of an update.</summary>
[GenerateSerializer]
public enum UpdateState
{
    /// <summary>No update has this name.</summary>
    Absent = 0,

    /// <summary>Base version and datasets are pinned.</summary>
    Registered = 1,

    /// <summary>Its tasks are registered, and what its branches are made of is written down.</summary>
    Growing = 2,

    /// <summary>Its branches are learned, or found learned already.</summary>
    Training = 3,

    /// <summary>Old groups are proven unchanged, and new ones measured.</summary>
    Evaluating = 4,

    /// <summary>Proven; it can become live.</summary>
    Certified = 5,

    /// <summary>Something old changed; it never becomes live.</summary>
    Rejected = 6,

    /// <summary>Part of what the model serves.</summary>
    Promoted = 7,

    /// <summary>Ended by a user; can be resumed.</summary>
    Cancelled = 8,

    /// <summary>Ended by a cause that a person must mend; can be resumed.</summary>
    Failed = 9,
}
