using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>What became of an offered case.</summary>
/// <param name="Index">Its position in the case list, 0-based.</param>
/// <param name="Facts">What was found; null when it was refused.</param>
public sealed record CaseOutcome(int Index, CaseFacts? Facts);
