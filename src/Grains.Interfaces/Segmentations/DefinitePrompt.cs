using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Segmentations;

/// <summary>What the network is prompted with, and which of its answers are wanted; nothing is left to be chosen.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DefinitePrompt")]
public sealed record DefinitePrompt
{
    /// <summary>The prompt group it was made of; null for an exact prompt of tasks from several.</summary>
    [Id(0)] public string? Group { get; init; }

    /// <summary>The modality the image is taken for.</summary>
    [Id(1)] public required string Modality { get; init; }

    /// <summary>The tasks prompted together, in order.</summary>
    [Id(2)] public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The tasks wanted of them, in output order, and the value each gets in a label map.</summary>
    [Id(3)] public required IReadOnlyList<PromptLabel> Wanted { get; init; }
}
