using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>What one prompt group that came later owns beside a trunk that stays as it is.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ModelBranch")]
public sealed record ModelBranch
{
    /// <summary>Its priors and decoder stages (safetensors); the file names the trunk.</summary>
    [Id(0)] public required BlobRef Package { get; init; }

    /// <summary>SHA-256 of the trunk it was learned on, without which it means nothing.</summary>
    [Id(1)] public required string Trunk { get; init; }

    /// <summary>The prompt group that asks it.</summary>
    [Id(2)] public required PromptGroup Group { get; init; }

    /// <summary>Tasks of the group that it has priors of its own for; the others share the trunk's.</summary>
    [Id(3)] public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The group's modality, if the trunk has no prior for it.</summary>
    [Id(4)] public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>What it owns besides priors.</summary>
    [Id(5)] public required BranchPolicy Policy { get; init; }

    /// <summary>The dataset version it was learned from.</summary>
    [Id(6)] public required PinnedDataset Dataset { get; init; }

    /// <summary>Learned parameters.</summary>
    [Id(7)] public required long Parameters { get; init; }

    /// <summary>Mean validation Dice, if measured.</summary>
    [Id(8)] public double? Score { get; init; }

    /// <summary>What it was learned for, if that was a study and no model.</summary>
    [Id(9)] public BranchStudy? Study { get; init; }

    /// <summary>What became of its group's priors in the validation cases (safetensors); null where nothing was validated, or an older platform learned it.</summary>
    [Id(10)] public BlobRef? Posterior { get; init; }

    /// <summary>All that was learned of its dataset, which goes with it.</summary>
    public IEnumerable<BlobRef> Blobs() => Posterior is null ? [Package] : [Package, Posterior];
}

/// <summary>What a branch owns besides the priors of its group.</summary>
[GenerateSerializer]
public enum BranchPolicy
{
    /// <summary>Copies of the full-resolution decoder stages.</summary>
    Branch = 0,

    /// <summary>Nothing: the priors steer the trunk's own stages.</summary>
    Priors = 1,
}
