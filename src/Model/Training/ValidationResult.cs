using Hermes.Model.Evaluation;

namespace Hermes.Model.Training;

/// <summary>How good the averaged weights are on the validation cases, on the plan's grid.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Report">Dice per case and task.</param>
/// <param name="IsBest">Whether the mean Dice is the best of the run so far.</param>
public sealed record ValidationResult(int Step, EvaluationReport Report, bool IsBest);
