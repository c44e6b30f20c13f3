using System.Text.Json.Serialization;

namespace Hermes.Grains.Interfaces.Events;

/// <summary>
/// Something that happened or is asked for, told to whoever subscribes: this platform's own subscribers, and other systems where a broker carries it.
/// Written together with the state it speaks of; delivered at least once, so subscribers drop what they have seen. <c>docs/events.md</c> lists them all.
/// </summary>
[GenerateSerializer, Immutable, Alias("hermes.IntegrationEvent")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(DatasetReady), nameof(DatasetReady))]
[JsonDerivedType(typeof(DatasetWithdrawn), nameof(DatasetWithdrawn))]
[JsonDerivedType(typeof(TaskPriorsRequested), nameof(TaskPriorsRequested))]
[JsonDerivedType(typeof(TaskPriorsRegistered), nameof(TaskPriorsRegistered))]
[JsonDerivedType(typeof(UpdateRequested), nameof(UpdateRequested))]
[JsonDerivedType(typeof(UpdateProgressed), nameof(UpdateProgressed))]
[JsonDerivedType(typeof(UpdateCertified), nameof(UpdateCertified))]
[JsonDerivedType(typeof(UpdateRejected), nameof(UpdateRejected))]
[JsonDerivedType(typeof(RunCompleted), nameof(RunCompleted))]
[JsonDerivedType(typeof(ModelVersionPublished), nameof(ModelVersionPublished))]
public abstract record IntegrationEvent
{
    /// <summary>The schema that this platform speaks.</summary>
    public const int Schema = 1;

    /// <summary>Identity, used once for ever: what comes with a known one is the same event again. It follows from what the event is about.</summary>
    [Id(0)] public required string EventId { get; init; }

    /// <summary>When it happened.</summary>
    [Id(1)] public required DateTimeOffset At { get; init; }

    /// <summary>What it is about: <c>local/lesions@2</c>, the name of an update, <c>universal@3</c>.</summary>
    [Id(2)] public required string Subject { get; init; }

    /// <summary>Who says it: an owner of this platform such as <c>dataset local/lesions</c>, or another system's name.</summary>
    [Id(3)] public required string Actor { get; init; }

    /// <summary>How it is written; what speaks another than <see cref="Schema"/> is parked.</summary>
    [Id(4)] public int SchemaVersion { get; init; } = Schema;
}
