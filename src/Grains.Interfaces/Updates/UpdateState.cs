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

/// <summary>What states have in common, and how they follow one another.</summary>
public static class UpdateStates
{
    /// <summary>Every move of an update, from where to where.</summary>
    public static IReadOnlyList<(UpdateState From, UpdateState[] To)> Moves { get; } =
    [
        (UpdateState.Absent, [UpdateState.Registered]),
        (UpdateState.Registered, [UpdateState.Growing, UpdateState.Cancelled, UpdateState.Failed]),
        (UpdateState.Growing, [UpdateState.Training, UpdateState.Cancelled, UpdateState.Failed]),
        (UpdateState.Training, [UpdateState.Evaluating, UpdateState.Cancelled, UpdateState.Failed]),
        (UpdateState.Evaluating, [UpdateState.Certified, UpdateState.Rejected, UpdateState.Cancelled, UpdateState.Failed]),
        (UpdateState.Certified, [UpdateState.Promoted, UpdateState.Growing, UpdateState.Training]),
        (UpdateState.Cancelled, [UpdateState.Growing]),
        (UpdateState.Failed, [UpdateState.Growing]),
    ];

    /// <summary>Whether an update goes on by itself.</summary>
    public static bool IsUnderWay(this UpdateState state) => state is UpdateState.Registered or UpdateState.Growing or UpdateState.Training or UpdateState.Evaluating;

    /// <summary>The states that may follow a state at once.</summary>
    public static IReadOnlyList<UpdateState> Next(this UpdateState state) => Moves.FirstOrDefault(m => m.From == state).To ?? [];
}
