namespace Hermes.Model.Priors;

/// <summary>How near a task that was learned from a prior drawn at random came to one of the same structure in another dataset.</summary>
/// <param name="Task">The task that was drawn, by its number.</param>
/// <param name="Twin">The other, by its number.</param>
/// <param name="Rank">Which of the others' places the task has among the twin's neighbours; 1 for the nearest.</param>
/// <param name="Back">Which the twin has among the task's.</param>
public sealed record TwinRank(int Task, int Twin, int Rank, int Back)
{
    /// <summary>Ranks every task that was drawn with every twin that it has.</summary>
    /// <param name="similarity">How alike the tasks are.</param>
    /// <param name="tasks">The tasks, <c>dataset/structure</c>.</param>
    /// <param name="isDrawn">Whether the prior of a task was drawn at random when the others were known.</param>
    public static IReadOnlyList<TwinRank> Of(SimilarityMatrix similarity, IReadOnlyList<string> tasks, Func<string, bool> isDrawn)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(isDrawn);
        List<(string Dataset, string Structure)> named = [.. tasks.Select(KnownGroups.Parts)];
        return
        [
            .. from task in Enumerable.Range(0, tasks.Count)
               where isDrawn(tasks[task])
               from twin in Enumerable.Range(0, tasks.Count)
               where named[twin].Structure == named[task].Structure && named[twin].Dataset != named[task].Dataset
               select new TwinRank(task, twin, similarity.Rank(task, twin), similarity.Rank(twin, task)),
        ];
    }
}
