using System.Text.Json.Serialization;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>A model: its versions and movable names.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ModelStatus")]
public sealed record ModelStatus
{
    /// <summary>The model's name.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>All versions, oldest first.</summary>
    [JsonConverter(typeof(ModelVersionsJson))]
    [Id(1)] public required IReadOnlyList<ModelVersion> Versions { get; init; }

    /// <summary>Aliases such as <c>live</c>, and the version each points at.</summary>
    [Id(2)] public required IReadOnlyDictionary<string, int> Aliases { get; init; }

    /// <summary>What changed the live version, oldest first.</summary>
    [Id(3)] public IReadOnlyList<Promotion> Promotions { get; init; } = [];

    /// <summary>Standing orders to learn datasets, in the order of their patterns.</summary>
    [Id(4)] public IReadOnlyList<GrowRule> Rules { get; init; } = [];

    /// <summary>Datasets that were withdrawn: no version with a branch of theirs is answered.</summary>
    [Id(5)] public IReadOnlyList<string> Withdrawn { get; init; } = [];

    /// <summary>Those of them with whose trunks no version is answered.</summary>
    [Id(6)] public IReadOnlyList<string> Retired { get; init; } = [];
}

/// <summary>The state machine of a model.</summary>
[GenerateSerializer]
public enum ModelState
{
    /// <summary>No model has this name.</summary>
    Absent = 0,

    /// <summary>At least one version exists.</summary>
    Ready = 1,
}
