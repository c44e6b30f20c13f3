using System.Collections.Immutable;

namespace Hermes.Imaging.Prompts;

/// <summary>What is asked about one image: an ordered list of tasks and the modality. The null token is implied: every prompt has exactly one.</summary>
/// <param name="Tasks">Distinct task identities; output channels come in this order.</param>
/// <param name="Modality">The modality, or null if it is unknown.</param>
public sealed record SamplePrompt(ImmutableArray<string> Tasks, string? Modality);
