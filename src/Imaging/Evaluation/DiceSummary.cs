namespace Hermes.Imaging.Evaluation;

/// <summary>Dice over cases, task by task.</summary>
/// <param name="Tasks">One summary per task.</param>
public sealed record DiceSummary(IReadOnlyList<TaskSummary> Tasks)
{
    /// <summary>The mean over tasks of their Dice; null when no reference has any. Tasks that no reference has do not count.</summary>
    public double? MeanDice => Tasks.Average(task => task.Dice);

    /// <summary>Sums up the scores of cases; tasks appear in the order in which they are first met.</summary>
    public static DiceSummary Of(IEnumerable<TaskScore> scores) =>
        new([.. scores.GroupBy(score => score.Task, StringComparer.Ordinal).Select(task => Of(task.Key, [.. task]))]);

    private static TaskSummary Of(string task, IReadOnlyList<TaskScore> scores)
    {
        var absent = scores.Where(score => score.Dice is null).ToList();
        return new TaskSummary(task, scores.Average(score => score.Dice), scores.Count - absent.Count, absent.Count, absent.Sum(score => score.FalsePositiveMl));
    }
}
