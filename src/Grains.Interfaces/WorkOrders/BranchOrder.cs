using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What makes a training order learn a branch of a trunk instead of a whole network.</summary>
[GenerateSerializer, Immutable, Alias("hermes.BranchOrder")]
public sealed record BranchOrder
{
    /// <summary>The trunk's package.</summary>
    [Id(0)] public required BlobRef Trunk { get; init; }

    /// <summary>What the branch owns besides priors.</summary>
    [Id(1)] public required BranchPolicy Policy { get; init; }

    /// <summary>The dataset version it is learned from.</summary>
    [Id(2)] public required PinnedDataset Dataset { get; init; }

    /// <summary>Optimiser steps; all else of the configuration is the trunk's.</summary>
    [Id(3)] public required int Steps { get; init; }

    /// <summary>Tasks of its own whose priors begin as those of a task of the trunk, or of the branch that a study begins as; the others are drawn.</summary>
    [Id(4)] public IReadOnlyDictionary<string, string> InitialPriors { get; init; } = new Dictionary<string, string>();

    /// <summary>What it is learned for, if that is a study and no model.</summary>
    [Id(5)] public BranchStudy? Study { get; init; }
}
