using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>
/// What makes the training of a branch one of a study (docs/priors.md): it learns one task of its dataset, as a task of its own beside the one that the trunk may
/// have. No model serves such a branch.
/// </summary>
[GenerateSerializer, Immutable, Alias("hermes.BranchStudy")]
public sealed record BranchStudy
{
    /// <summary>The task of the dataset.</summary>
    [Id(0)] public required string Task { get; init; }

    /// <summary>The branch as whose stages and priors it begins; null to begin as the trunk.</summary>
    [Id(1)] public BlobRef? Start { get; init; }

    /// <summary>The other task of the study, for which it begins otherwise or which it is learned together with; null for a task alone.</summary>
    [Id(2)] public StudiedTask? Other { get; init; }

    /// <summary>Whether the other task is learned together with it.</summary>
    [Id(3)] public bool IsJoint { get; init; }

    /// <summary>The name that a task has in a study, which is none that a dataset can give.</summary>
    public static string Own(string task) => $"~{task}";
}

/// <summary>A task with the dataset version it is learned from.</summary>
/// <param name="Task">The task.</param>
/// <param name="Dataset">The dataset version.</param>
[GenerateSerializer, Immutable, Alias("hermes.StudiedTask")]
public sealed record StudiedTask([property: Id(0)] string Task, [property: Id(1)] PinnedDataset Dataset);
