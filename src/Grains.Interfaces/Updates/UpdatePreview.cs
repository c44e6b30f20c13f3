using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Updates;

/// <summary>What an update would cost, what old priors already find of the new structures, and what is odd: told before anything is learned.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdatePreview")]
public sealed record UpdatePreview
{
    /// <summary>The version it would grow from, <c>NAME@VERSION</c>.</summary>
    [Id(0)] public required string Base { get; init; }

    /// <summary>The branches that would be learned.</summary>
    [Id(1)] public required IReadOnlyList<BranchEstimate> Branches { get; init; }

    /// <summary>How the estimate of their time was made, or why there is none, in a sentence.</summary>
    [Id(2)] public required string Estimate { get; init; }

    /// <summary>The devices at hand, with their kind and threads.</summary>
    [Id(3)] public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Structures that would get priors of their own.</summary>
    [Id(4)] public required IReadOnlyList<NewStructure> Structures { get; init; }

    /// <summary>What is odd about the datasets.</summary>
    [Id(5)] public required IReadOnlyList<UpdateConflict> Conflicts { get; init; }

    /// <summary>Old tasks whose answers could move: none where the trunk stays frozen.</summary>
    [Id(6)] public required IReadOnlyList<string> MayMove { get; init; }

    /// <summary>The policy to choose.</summary>
    [Id(7)] public required BranchPolicy Recommended { get; init; }

    /// <summary>Why, in a sentence.</summary>
    [Id(8)] public required string Reason { get; init; }

    /// <summary>Questions to old prompt groups about new cases, of which the evidence is made.</summary>
    [Id(9)] public int Questions { get; init; }

    /// <summary>How many of them are answered.</summary>
    [Id(10)] public int Answered { get; init; }

    /// <summary>How many a device is at or has yet to come to.</summary>
    [Id(11)] public int Waiting { get; init; }

    /// <summary>What it does not say, and why, in sentences.</summary>
    [Id(12)] public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The dataset versions that would be learned, in the order of their keys.</summary>
    [Id(13)] public IReadOnlyList<PinnedDataset> Datasets { get; init; } = [];
}

/// <summary>What a branch would cost.</summary>
/// <param name="Dataset">The dataset version it is learned from.</param>
/// <param name="Steps">Optimiser steps; null where nobody chose and those of the trunk are not known.</param>
/// <param name="Seconds">What learning it takes, about; null where it is not known.</param>
/// <param name="Parameters">Parameters it adds, about; null where no branch of the kind exists to tell.</param>
[GenerateSerializer, Immutable, Alias("hermes.BranchEstimate")]
public sealed record BranchEstimate(
    [property: Id(0)] PinnedDataset Dataset,
    [property: Id(1)] int? Steps,
    [property: Id(2)] double? Seconds,
    [property: Id(3)] long? Parameters);

/// <summary>A structure that a model is to learn.</summary>
[GenerateSerializer, Immutable, Alias("hermes.NewStructure")]
public sealed record NewStructure
{
    /// <summary>Its task.</summary>
    [Id(0)] public required string Task { get; init; }

    /// <summary>Key <c>site/dataset</c>.</summary>
    [Id(1)] public required string Dataset { get; init; }

    /// <summary>Labelled cases in which it occurs.</summary>
    [Id(2)] public required int Cases { get; init; }

    /// <summary>Mean volume in those, in ml.</summary>
    [Id(3)] public double? VolumeMl { get; init; }

    /// <summary>The old tasks that come nearest to it, best first.</summary>
    [Id(4)] public IReadOnlyList<NearPrior> Nearest { get; init; } = [];

    /// <summary>The task of the trunk as whose prior its own begins where the nearest is asked for; null where none comes near.</summary>
    [Id(5)] public string? InitialTask { get; init; }
}

/// <summary>How near an old task comes to a new structure. Names say nothing of it.</summary>
[GenerateSerializer, Immutable, Alias("hermes.NearPrior")]
public sealed record NearPrior
{
    /// <summary>The old task.</summary>
    [Id(0)] public required string Task { get; init; }

    /// <summary>Whether its prior is the trunk's.</summary>
    [Id(1)] public required bool IsTrunk { get; init; }

    /// <summary>Whether its group has the new dataset's modality.</summary>
    [Id(2)] public required bool IsSameModality { get; init; }

    /// <summary>Mean Dice of what it finds in new training cases with the new structure; null where nothing was asked.</summary>
    [Id(3)] public double? Dice { get; init; }

    /// <summary>Cases that were asked about.</summary>
    [Id(4)] public int Cases { get; init; }

    /// <summary>Mean volume per case of the dataset it was learned from, in ml; null where that is not known.</summary>
    [Id(5)] public double? VolumeMl { get; init; }

    /// <summary>Share of the new cases whose volume is within the range of the old ones; null where that is not known.</summary>
    [Id(6)] public double? VolumeOverlap { get; init; }
}
