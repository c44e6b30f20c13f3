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

/// <summary>One task over all cases.</summary>
/// <param name="Task">The task's identity.</param>
/// <param name="Dice">Mean over the cases whose reference has it; null when none has.</param>
/// <param name="Cases">How many cases have it in their reference.</param>
/// <param name="AbsentCases">How many cases do not: they say nothing of Dice.</param>
/// <param name="AbsentFoundMl">Volume found in those, in ml: all of it is wrong.</param>
public sealed record TaskSummary(string Task, double? Dice, int Cases, int AbsentCases, double AbsentFoundMl);
