namespace Hermes.Model.Evaluation;

/// <summary>How well one task was found in one case.</summary>
/// <param name="Task">The task's identity.</param>
/// <param name="Dice">2·|P∩R| / (|P|+|R|) in 0 to 1; null when the reference has no voxel of it.</param>
/// <param name="AbsentInReference">Whether the reference has no voxel of it.</param>
/// <param name="ReferenceMl">Its volume in the reference, in ml.</param>
/// <param name="PredictedMl">Its volume in the prediction, in ml.</param>
/// <param name="FalsePositiveMl">Predicted but not in the reference, in ml.</param>
/// <param name="FalseNegativeMl">In the reference but not predicted, in ml.</param>
public sealed record TaskScore(
    string Task, double? Dice, bool AbsentInReference, double ReferenceMl, double PredictedMl, double FalsePositiveMl, double FalseNegativeMl);
