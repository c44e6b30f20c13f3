namespace Hermes.Model.Evaluation;

/// <summary>The scores of one case.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Tasks">One score per task, in the order asked for.</param>
public sealed record CaseScore(string CaseId, IReadOnlyList<TaskScore> Tasks);
