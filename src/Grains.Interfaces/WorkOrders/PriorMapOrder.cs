using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>Compare the priors of a model version with each other. Needs no device. Answered by <see cref="WorkerMessage.PriorMap"/>.</summary>
[GenerateSerializer, Immutable, Alias("hermes.PriorMapOrder")]
public sealed record PriorMapOrder : WorkOrder
{
    /// <summary>The model.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>The version.</summary>
    [Id(1)] public required PriorFiles Version { get; init; }

    /// <summary>Its prompt groups, which say the dataset and modality of each task.</summary>
    [Id(2)] public required IReadOnlyList<PromptGroup> Groups { get; init; }

    /// <summary>The version it came of, if any.</summary>
    [Id(3)] public PriorFiles? Parent { get; init; }

    /// <summary>The map of that version, as which this one is to lie.</summary>
    [Id(4)] public BlobRef? ParentMap { get; init; }

    /// <summary>How well tasks are found, as far as anybody measured it.</summary>
    [Id(5)] public IReadOnlyDictionary<string, TaskDice> Dice { get; init; } = new Dictionary<string, TaskDice>();

    /// <summary>The dataset version that each prompt group was learned from, by the group's name.</summary>
    [Id(6)] public IReadOnlyDictionary<string, PinnedDataset> Sources { get; init; } = new Dictionary<string, PinnedDataset>();

    /// <summary>Tasks that an update added with a prior drawn at random, and that update.</summary>
    [Id(7)] public IReadOnlyDictionary<string, string> Drawn { get; init; } = new Dictionary<string, string>();
}

/// <summary>Where the priors of a model version are.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Trunk">The trunk's package.</param>
/// <param name="Branches">The branches.</param>
[GenerateSerializer, Immutable, Alias("hermes.PriorFiles")]
public sealed record PriorFiles([property: Id(0)] int Version, [property: Id(1)] BlobRef Trunk, [property: Id(2)] IReadOnlyList<BlobRef> Branches)
{
    /// <summary>Posterior tokens of the trunk and of branches, as far as there are any, the trunk's first.</summary>
    [Id(3)] public IReadOnlyList<BlobRef> Posteriors { get; init; } = [];

    /// <summary>Those of a version.</summary>
    public static PriorFiles Of(ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        var content = version.Content;
        return new PriorFiles(version.Version, content.Package, [.. content.Branches.Select(b => b.Package)])
        {
            Posteriors = [.. content.Branches.Select(b => b.Posterior).Prepend(content.Posterior).OfType<BlobRef>()],
        };
    }
}
