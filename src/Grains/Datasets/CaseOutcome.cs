using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>What became of an offered case.</summary>
/// <param name="Index">Its position in the case list, 0-based.</param>
/// <param name="Facts">What was found; null when it was refused.</param>
/// <param name="Problems">Why it was refused, one entry a file.</param>
public sealed record CaseOutcome(int Index, CaseFacts? Facts, IReadOnlyList<Failure>? Problems = null);
