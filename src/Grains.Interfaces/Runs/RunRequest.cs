using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Runs;

/// <summary>What a user asks a run to do.</summary>
[GenerateSerializer, Immutable, Alias("hermes.RunRequest")]
public sealed record RunRequest
{
    /// <summary>The preset when neither another nor a configuration is named.</summary>
    public const string DefaultPreset = "small";

    /// <summary>Keys <c>site/dataset</c> of the datasets to learn; empty for all that are ready.</summary>
    [Id(0)] public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>The preset (tiny, small, small-m, hermes-r, hermes-m) when no configuration is given.</summary>
    [Id(1)] public string Preset { get; init; } = DefaultPreset;

    /// <summary>The text of a configuration file, instead of a preset.</summary>
    [Id(2)] public string? Configuration { get; init; }

    /// <summary>The configuration file as the user named it, for messages.</summary>
    [Id(3)] public string? ConfigurationFile { get; init; }

    /// <summary>Optimiser steps, instead of the configuration's number.</summary>
    [Id(4)] public int? Steps { get; init; }

    /// <summary>Seed of every generator of the run.</summary>
    [Id(5)] public long Seed { get; init; }

    /// <summary>The model that gets the new version.</summary>
    [Id(6)] public string Model { get; init; } = Names.DefaultModel;

    /// <summary>The branch to learn; null to learn a whole network. It is trained as its trunk was, for <see cref="Steps"/> steps.</summary>
    [Id(7)] public BranchRequest? Branch { get; init; }

    /// <summary>The trunk to learn after the manner of another; null for a network of its own. It is trained for <see cref="Steps"/> steps and no version is made of it.</summary>
    [Id(8)] public TrunkRequest? Trunk { get; init; }

    /// <summary>Which runs it goes before while it waits for a device.</summary>
    [Id(9)] public RunPriority Priority { get; init; }

    /// <summary>The kind of device it needs, <c>cpu</c> or <c>cuda</c>; null for any.</summary>
    [Id(10)] public string? DeviceKind { get; init; }

    /// <summary>The site for whose share its device time counts; null for that of its datasets, and where those are of several, for the platform's own.</summary>
    [Id(11)] public string? Site { get; init; }

    /// <summary>Whether the preset or configuration is trained with the faults of the published code that change results (docs/paper-faithful.md).</summary>
    [Id(12)] public bool PaperFaithful { get; init; }

    /// <summary>Patches per step, instead of the configuration's number.</summary>
    [Id(13)] public int? BatchSize { get; init; }

    /// <summary>Most patches of a step that are learned at once, instead of the configuration's number; their gradients are added up.</summary>
    [Id(14)] public int? MicroBatch { get; init; }

    /// <summary>How many devices of one machine learn it together, each a share of every batch; null for one.</summary>
    [Id(15)] public int? Devices { get; init; }
}

/// <summary>A trunk that a run is to learn after the manner of another, whose configuration it takes over.</summary>
/// <param name="Parent">The other trunk's package.</param>
/// <param name="Scope">What learns.</param>
/// <param name="Datasets">The dataset versions to learn, in the order of their keys.</param>
[GenerateSerializer, Immutable, Alias("hermes.TrunkRequest")]
public sealed record TrunkRequest([property: Id(0)] BlobRef Parent, [property: Id(1)] TrunkScope Scope, [property: Id(2)] IReadOnlyList<PinnedDataset> Datasets);

/// <summary>A branch that a run is to learn.</summary>
/// <param name="Trunk">The trunk's package.</param>
/// <param name="Dataset">The dataset version to learn.</param>
/// <param name="Policy">What the branch owns besides priors.</param>
/// <param name="InitialPriors">Tasks of its own whose priors begin as those of a task of the trunk, or of the branch that a study begins as; the others are drawn.</param>
[GenerateSerializer, Immutable, Alias("hermes.BranchRequest")]
public sealed record BranchRequest(
    [property: Id(0)] BlobRef Trunk,
    [property: Id(1)] PinnedDataset Dataset,
    [property: Id(2)] BranchPolicy Policy,
    [property: Id(3)] IReadOnlyDictionary<string, string> InitialPriors)
{
    /// <summary>What it is learned for, if that is a study and no model.</summary>
    [Id(4)] public BranchStudy? Study { get; init; }
}
