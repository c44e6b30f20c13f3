using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>
/// What a model version is made of: a trunk and a set of branches, nothing else. Every member but <see cref="Branches"/> speaks of the trunk.
/// </summary>
[GenerateSerializer, Immutable, Alias("hermes.ModelVersionContent")]
public sealed record ModelVersionContent
{
    /// <summary>The trunk: weights, priors, plan and prompt groups that were trained together (safetensors).</summary>
    [Id(0)] public required BlobRef Package { get; init; }

    /// <summary>Tasks it knows, in prior order.</summary>
    [Id(1)] public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Modalities it knows, in prior order.</summary>
    [Id(2)] public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>The prompt groups the trunk was trained with, one per dataset.</summary>
    [Id(3)] public required IReadOnlyList<PromptGroup> PromptGroups { get; init; }

    /// <summary>Name of the network ("hermes-r, base 8").</summary>
    [Id(4)] public required string Network { get; init; }

    /// <summary>Learned parameters.</summary>
    [Id(5)] public required long Parameters { get; init; }

    /// <summary>Mean validation Dice of the weights, if measured.</summary>
    [Id(6)] public double? Score { get; init; }

    /// <summary>The branches, in the order of their digests.</summary>
    [Id(7)] public IReadOnlyList<ModelBranch> Branches { get; init; } = [];

    /// <summary>What became of its tasks' priors in the validation cases (safetensors); null where nothing was validated, or an older platform learned it.</summary>
    [Id(8)] public BlobRef? Posterior { get; init; }

    /// <summary>Tasks whose names nobody has compared with the weights; null if there are none.</summary>
    [Id(9)] public IReadOnlyList<string>? Unverified { get; init; }

    /// <summary>All prompt groups that can be asked: the trunk's, then those of the branches by name.</summary>
    public IEnumerable<PromptGroup> Groups() => PromptGroups.Concat(Branches.Select(b => b.Group).OrderBy(g => g.Name, StringComparer.Ordinal));

    /// <summary>The version's identity: what is made of the same trunk and branches is the same version, whatever it is called and however it came about.</summary>
    public string Digest() => Identity.Of(
        ["model version/1", Package.Sha256, .. Identity.List([.. Branches.Select(b => b.Package.Sha256).Order(StringComparer.Ordinal)])]);
}
