using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>What a model version is made of.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ModelVersionContent")]
public sealed record ModelVersionContent
{
    /// <summary>The model package: weights, priors, plan (safetensors).</summary>
    [Id(0)] public required BlobRef Package { get; init; }

    /// <summary>Tasks it knows, in prior order.</summary>
    [Id(1)] public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Modalities it knows, in prior order.</summary>
    [Id(2)] public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>One prompt group per dataset.</summary>
    [Id(3)] public required IReadOnlyList<PromptGroup> PromptGroups { get; init; }

    /// <summary>Name of the network ("hermes-r, base 8").</summary>
    [Id(4)] public required string Network { get; init; }

    /// <summary>Learned parameters.</summary>
    [Id(5)] public required long Parameters { get; init; }

    /// <summary>Mean validation Dice of the weights, if measured.</summary>
    [Id(6)] public double? Score { get; init; }
}
