namespace Hermes.Client.Evaluations;

/// <summary>How good a model is at one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Dice">Mean Dice over the cases whose reference has the task; null when none has.</param>
/// <param name="Cases">Cases whose reference has the task.</param>
/// <param name="AbsentCases">Cases whose reference lacks the task: they say nothing of Dice.</param>
/// <param name="AbsentFoundMl">Volume found in cases whose reference lacks the task, in ml: all of it is wrong.</param>
public sealed record EvaluatedTask(string Task, double? Dice, int Cases, int AbsentCases, double AbsentFoundMl);
