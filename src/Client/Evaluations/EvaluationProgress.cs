namespace Hermes.Client.Evaluations;

/// <summary>How far an evaluation is.</summary>
/// <param name="Done">Cases answered.</param>
/// <param name="Total">Cases in all.</param>
/// <param name="Latest">The case answered last, if any.</param>
public sealed record EvaluationProgress(int Done, int Total, EvaluatedCase? Latest);
