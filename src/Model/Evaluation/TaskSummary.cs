namespace Hermes.Model.Evaluation;

/// <summary>One task over all cases.</summary>
/// <param name="Task">The task's identity.</param>
/// <param name="Dice">Mean over the cases whose reference has it; null when none has.</param>
/// <param name="Cases">How many cases have it in their reference.</param>
/// <param name="AbsentCases">How many cases do not.</param>
/// <param name="AbsentFalsePositiveMl">Mean volume wrongly predicted in those, in ml; 0 when there are none.</param>
public sealed record TaskSummary(string Task, double? Dice, int Cases, int AbsentCases, double AbsentFalsePositiveMl);
