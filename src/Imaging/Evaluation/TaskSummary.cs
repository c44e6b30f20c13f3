namespace Hermes.Imaging.Evaluation;

/// <summary>One task over all cases.</summary>
/// <param name="Task">The task's identity.</param>
/// <param name="Dice">Mean over the cases whose reference has it; null when none has.</param>
/// <param name="Cases">How many cases have it in their reference.</param>
/// <param name="AbsentCases">How many cases do not: they say nothing of Dice.</param>
/// <param name="AbsentFoundMl">Volume found in those, in ml: all of it is wrong.</param>
public sealed record TaskSummary(string Task, double? Dice, int Cases, int AbsentCases, double AbsentFoundMl);
