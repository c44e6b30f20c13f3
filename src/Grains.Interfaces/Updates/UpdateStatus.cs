using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Updates;

/// <summary>What an update is now.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateStatus")]
public sealed record UpdateStatus
{
    /// <summary>The update's name.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(1)] public required UpdateState State { get; init; }

    /// <summary>What was asked, or null while absent.</summary>
    [Id(2)] public UpdateRequest? Request { get; init; }

    /// <summary>The version it grows from.</summary>
    [Id(3)] public int BaseVersion { get; init; }

    /// <summary>Its branches.</summary>
    [Id(4)] public IReadOnlyList<UpdateBranch> Branches { get; init; } = [];

    /// <summary>What was proven, once evaluated.</summary>
    [Id(5)] public UpdateCertificate? Certificate { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(6)] public Failure? Cause { get; init; }

    /// <summary>The version it became part of, once promoted.</summary>
    [Id(7)] public int? PromotedVersion { get; init; }

    /// <summary>When it was asked for.</summary>
    [Id(8)] public DateTimeOffset? Created { get; init; }

    /// <summary>When it ended.</summary>
    [Id(9)] public DateTimeOffset? Ended { get; init; }

    /// <summary>Whole networks it learns: the new trunk if it makes one, and those to compare with.</summary>
    [Id(10)] public IReadOnlyList<UpdateTrunk> Trunks { get; init; } = [];

    /// <summary>What was known before it began to be odd about its datasets.</summary>
    [Id(11)] public IReadOnlyList<UpdateConflict> Conflicts { get; init; } = [];

    /// <summary>Optimiser steps of each branch, or of the new trunk, pinned when it was asked for; 0 while absent.</summary>
    [Id(12)] public int Steps { get; init; }

    /// <summary>What a step was taken to last, in seconds, when a time became <see cref="Steps"/>; null where no time was given.</summary>
    [Id(13)] public double? SecondsPerStep { get; init; }
}

/// <summary>A whole network that an update learns.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateTrunk")]
public sealed record UpdateTrunk
{
    /// <summary>What of it learns; a fresh one is there to be compared with.</summary>
    [Id(0)] public required TrunkScope Scope { get; init; }

    /// <summary>The dataset versions it is learned from, in the order of their keys.</summary>
    [Id(1)] public required IReadOnlyList<PinnedDataset> Datasets { get; init; }

    /// <summary>The run that learns it, named after what it is made of.</summary>
    [Id(2)] public required string Run { get; init; }

    /// <summary>Optimiser steps.</summary>
    [Id(3)] public required int Steps { get; init; }

    /// <summary>Seed of every generator, which follows from what it is made of.</summary>
    [Id(4)] public long Seed { get; init; }

    /// <summary>Whether this update started or resumed its run since it was last resumed itself.</summary>
    [Id(5)] public bool IsBegun { get; init; }

    /// <summary>What was learned.</summary>
    [Id(6)] public ModelVersionContent? Learned { get; init; }
}

/// <summary>A branch of an update.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateBranch")]
public sealed record UpdateBranch
{
    /// <summary>The dataset version it is learned from.</summary>
    [Id(0)] public required PinnedDataset Dataset { get; init; }

    /// <summary>
    /// The run that learns it, named after what the branch is made of: whoever asks for the same branch gets the same run, and one that was learned is not
    /// learned again.
    /// </summary>
    [Id(1)] public required string Run { get; init; }

    /// <summary>Optimiser steps.</summary>
    [Id(2)] public required int Steps { get; init; }

    /// <summary>Tasks of its own whose priors begin as those of a task of the trunk.</summary>
    [Id(3)] public IReadOnlyDictionary<string, string> InitialPriors { get; init; } = new Dictionary<string, string>();

    /// <summary>Seed of every generator, which follows from what the branch is made of.</summary>
    [Id(4)] public long Seed { get; init; }

    /// <summary>Whether this update started or resumed its run since it was last resumed itself.</summary>
    [Id(5)] public bool IsBegun { get; init; }

    /// <summary>What was learned.</summary>
    [Id(6)] public ModelBranch? Learned { get; init; }

    /// <summary>What it owns besides priors.</summary>
    [Id(7)] public BranchPolicy Policy { get; init; }
}
