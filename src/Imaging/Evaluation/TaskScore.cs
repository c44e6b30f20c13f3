namespace Hermes.Imaging.Evaluation;

/// <summary>How well one task was found in one case.</summary>
/// <param name="Task">The task's identity.</param>
/// <param name="Dice">2·|P∩R| / (|P|+|R|) in 0 to 1; null when the reference has no voxel of it.</param>
/// <param name="ReferenceMl">Its volume in the reference, in ml.</param>
/// <param name="FalsePositiveMl">Predicted but not in the reference, in ml.</param>
/// <param name="FalseNegativeMl">In the reference but not predicted, in ml.</param>
public sealed record TaskScore(string Task, double? Dice, double ReferenceMl, double FalsePositiveMl, double FalseNegativeMl)
{
    /// <summary>The score of a task from counts of voxels.</summary>
    /// <param name="task">The task's identity.</param>
    /// <param name="predicted">Voxels in the prediction.</param>
    /// <param name="reference">Voxels in the reference.</param>
    /// <param name="both">Voxels in both.</param>
    /// <param name="voxelMl">Volume of a voxel in ml.</param>
    public static TaskScore Of(string task, long predicted, long reference, long both, double voxelMl) => new(
        task,
        reference == 0 ? null : 2.0 * both / (predicted + reference),
        reference * voxelMl,
        (predicted - both) * voxelMl,
        (reference - both) * voxelMl);
}
