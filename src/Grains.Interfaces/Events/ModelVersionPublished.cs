namespace Hermes.Grains.Interfaces.Events;

/// <summary>A model has a new version.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ModelVersionPublished")]
public sealed record ModelVersionPublished
{
    /// <summary>Identity of the event; consumers drop what they have seen.</summary>
    [Id(0)] public required string EventId { get; init; }

    /// <summary>The model.</summary>
    [Id(1)] public required string Model { get; init; }

    /// <summary>The version.</summary>
    [Id(2)] public required int Version { get; init; }
}
