namespace Hermes.Grains.Interfaces.Models;

/// <summary>A change of what a model serves: an operation on the set that was live, so that changes made side by side compose.</summary>
[GenerateSerializer, Immutable, Alias("hermes.Promotion")]
public sealed record Promotion
{
    /// <summary>What it came of: a run, an update, or the command that asked for it.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>What it did.</summary>
    [Id(1)] public required PromotionKind Kind { get; init; }

    /// <summary>The version that was live before; 0 if there was none.</summary>
    [Id(2)] public required int From { get; init; }

    /// <summary>The version that is live since; 0 if there is none.</summary>
    [Id(3)] public required int To { get; init; }

    /// <summary>When.</summary>
    [Id(4)] public required DateTimeOffset At { get; init; }

    /// <summary>Branches that came.</summary>
    [Id(5)] public IReadOnlyList<ModelBranch> Added { get; init; } = [];

    /// <summary>Branches that went.</summary>
    [Id(6)] public IReadOnlyList<ModelBranch> Removed { get; init; } = [];

    /// <summary>Which promotion this one took back, of a rollback: its place among all of the model's, from 0.</summary>
    [Id(7)] public int? Undoes { get; init; }
}

/// <summary>What a promotion did.</summary>
[GenerateSerializer]
public enum PromotionKind
{
    /// <summary>Another trunk.</summary>
    Trunk = 0,

    /// <summary>Branches were added, took the place of those of the same prompt groups, or were dropped.</summary>
    Branches = 1,

    /// <summary>The branches of a dataset were taken out for good.</summary>
    Withdrawal = 2,

    /// <summary>An earlier promotion was taken back.</summary>
    Rollback = 3,

    /// <summary>The trunk was taken out for good.</summary>
    Retirement = 4,
}
