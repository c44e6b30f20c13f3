using Hermes.Grains.Interfaces.Tasks;

namespace Hermes.Grains.Interfaces.Events;

/// <summary>Tasks of a dataset are to be known, once for ever.</summary>
[GenerateSerializer, Immutable, Alias("hermes.TaskPriorsRequested")]
public sealed record TaskPriorsRequested : IntegrationEvent
{
    /// <summary>Key <c>site/dataset</c> of the dataset that declares or shares them.</summary>
    [Id(0)] public required string Dataset { get; init; }

    /// <summary>The tasks, <c>dataset/structure</c>: in the dataset's own namespace, or known already.</summary>
    [Id(1)] public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The update that waits for them, if any.</summary>
    [Id(2)] public string? Update { get; init; }

    /// <summary>The version of the dataset's label schema; null where whoever asks does not know it.</summary>
    [Id(3)] public string? LabelSchema { get; init; }
}

/// <summary>Tasks that were asked for are known.</summary>
[GenerateSerializer, Immutable, Alias("hermes.TaskPriorsRegistered")]
public sealed record TaskPriorsRegistered : IntegrationEvent
{
    /// <summary>Key <c>site/dataset</c> of the dataset they were asked for.</summary>
    [Id(0)] public required string Dataset { get; init; }

    /// <summary>Their rows in the registry.</summary>
    [Id(1)] public required IReadOnlyList<TaskEntry> Tasks { get; init; }

    /// <summary>The update that waits for them, if any.</summary>
    [Id(2)] public string? Update { get; init; }
}
