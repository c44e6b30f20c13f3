using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Evaluation;

/// <summary>Counts overlap between a prediction and its reference on the reference's grid.</summary>
public static class DiceEvaluation
{
    /// <summary>Scores a label map: one score per task, in the order asked for.</summary>
    /// <exception cref="InvalidDataException">The two are not in the same physical space.</exception>
    public static IReadOnlyList<TaskScore> Evaluate(Volume<ushort> predicted, Volume<ushort> reference, IReadOnlyList<EvaluatedTask> tasks)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(tasks);
        var aligned = LabelAlignment.OntoImageGrid(predicted, reference.Geometry, "the prediction").Voxels;
        long[] predictedCount = new long[tasks.Count], referenceCount = new long[tasks.Count], both = new long[tasks.Count];
        var predictedTasks = TasksOf(tasks, t => t.PredictedValue);
        var referenceTasks = TasksOf(tasks, t => t.ReferenceValue);
        var truth = reference.Voxels;
        for (var n = 0; n < truth.Length; n++)
        {
            if (aligned[n] == 0 && truth[n] == 0)
            {
                continue;
            }

            var found = predictedTasks[aligned[n]];
            var there = referenceTasks[truth[n]];
            foreach (var task in found)
            {
                predictedCount[task]++;
                if (Array.IndexOf(there, task) >= 0)
                {
                    both[task]++;
                }
            }

            foreach (var task in there)
            {
                referenceCount[task]++;
            }
        }

        var ml = reference.Geometry.VoxelVolumeMl;
        return [.. tasks.Select((t, n) => TaskScore.Of(t.Task, predictedCount[n], referenceCount[n], both[n], ml))];
    }

    /// <summary>Scores one mask (non-zero is inside) against a value of the reference.</summary>
    /// <exception cref="InvalidDataException">The two are not in the same physical space.</exception>
    public static TaskScore Evaluate(string task, Volume<byte> predicted, Volume<ushort> reference, ushort referenceValue)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(reference);
        var aligned = LabelAlignment.OntoImageGrid(predicted, reference.Geometry, "the prediction").Voxels;
        long found = 0, there = 0, both = 0;
        for (var n = 0; n < aligned.Length; n++)
        {
            bool p = aligned[n] != 0, r = reference.Voxels[n] == referenceValue;
            found += p ? 1 : 0;
            there += r ? 1 : 0;
            both += p && r ? 1 : 0;
        }

        return TaskScore.Of(task, found, there, both, reference.Geometry.VoxelVolumeMl);
    }

    private static int[][] TasksOf(IReadOnlyList<EvaluatedTask> tasks, Func<EvaluatedTask, ushort> value)
    {
        var result = new int[ushort.MaxValue + 1][];
        Array.Fill(result, []);
        foreach (var group in tasks.Select((task, index) => (Value: value(task), index)).GroupBy(t => t.Value))
        {
            result[group.Key] = [.. group.Select(t => t.index)];
        }

        return result;
    }
}
