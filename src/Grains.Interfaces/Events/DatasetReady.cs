namespace Hermes.Grains.Interfaces.Events;

/// <summary>A new dataset version exists.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetReady")]
public sealed record DatasetReady
{
    /// <summary>Identity of the event; consumers drop what they have seen.</summary>
    [Id(0)] public required string EventId { get; init; }

    /// <summary>Key <c>site/dataset</c>.</summary>
    [Id(1)] public required string Dataset { get; init; }

    /// <summary>The new version.</summary>
    [Id(2)] public required int Version { get; init; }
}
