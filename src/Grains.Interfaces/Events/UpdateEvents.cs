using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Interfaces.Events;

/// <summary>A model is to learn datasets.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateRequested")]
public sealed record UpdateRequested : IntegrationEvent
{
    /// <summary>The name that the update gets.</summary>
    [Id(0)] public required string Update { get; init; }

    /// <summary>What is asked of it.</summary>
    [Id(1)] public required UpdateRequest Request { get; init; }
}

/// <summary>An update has come to another state.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateProgressed")]
public sealed record UpdateProgressed : IntegrationEvent
{
    /// <summary>The update.</summary>
    [Id(0)] public required string Update { get; init; }

    /// <summary>The model that grows.</summary>
    [Id(1)] public required string Model { get; init; }

    /// <summary>The dataset versions it learns.</summary>
    [Id(2)] public required IReadOnlyList<PinnedDataset> Datasets { get; init; }

    /// <summary>Its state, in upper case.</summary>
    [Id(3)] public required string State { get; init; }

    /// <summary>The version it became part of, once promoted.</summary>
    [Id(4)] public int? Version { get; init; }

    /// <summary>Why it failed, in a sentence.</summary>
    [Id(5)] public string? Cause { get; init; }
}

/// <summary>It is proven that an update leaves every old answer as it was.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateCertified")]
public sealed record UpdateCertified : IntegrationEvent
{
    /// <summary>The update.</summary>
    [Id(0)] public required string Update { get; init; }

    /// <summary>The proof.</summary>
    [Id(1)] public required UpdateCertificate Certificate { get; init; }

    /// <summary>Whether it was asked to become live without a person.</summary>
    [Id(2)] public required bool AutoPromote { get; init; }

    /// <summary>The dataset versions it learned.</summary>
    [Id(3)] public required IReadOnlyList<PinnedDataset> Datasets { get; init; }

    /// <summary>The model.</summary>
    [Id(4)] public required string Model { get; init; }
}

/// <summary>An update changes an old answer, or it is not proven that it does not; it never becomes live.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateRejected")]
public sealed record UpdateRejected : IntegrationEvent
{
    /// <summary>The update.</summary>
    [Id(0)] public required string Update { get; init; }

    /// <summary>What was found.</summary>
    [Id(1)] public required UpdateCertificate Certificate { get; init; }

    /// <summary>The dataset versions it learned.</summary>
    [Id(2)] public required IReadOnlyList<PinnedDataset> Datasets { get; init; }

    /// <summary>The model.</summary>
    [Id(3)] public required string Model { get; init; }
}
