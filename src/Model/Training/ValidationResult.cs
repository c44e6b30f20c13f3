using Hermes.Imaging.Evaluation;

namespace Hermes.Model.Training;

/// <summary>How good the averaged weights are on the validation cases, on the plan's grid.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Dice">Dice per task over the validation cases.</param>
/// <param name="IsBest">Whether the mean Dice is the best of the run so far.</param>
public sealed record ValidationResult(int Step, DiceSummary Dice, bool IsBest);
