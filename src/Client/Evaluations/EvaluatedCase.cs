using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Client.Evaluations;

/// <summary>One case of an evaluation.</summary>
/// <param name="Case">The case.</param>
/// <param name="Result">The model's answer, with its agreement per task.</param>
public sealed record EvaluatedCase(CaseRecord Case, SegmentationResult Result);
