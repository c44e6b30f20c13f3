namespace Hermes.Model.Evaluation;

/// <summary>Dice per case and task, and over all.</summary>
/// <param name="MeanDice">Mean of the tasks' Dice; null when no task is present anywhere.</param>
/// <param name="Tasks">One summary per task.</param>
/// <param name="Cases">One entry per case.</param>
public sealed record EvaluationReport(double? MeanDice, IReadOnlyList<TaskSummary> Tasks, IReadOnlyList<CaseScore> Cases)
{
    /// <summary>Sums up cases; tasks appear in the order in which they are first met.</summary>
    public static EvaluationReport From(IEnumerable<CaseScore> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var all = cases.ToList();
        var order = new List<string>();
        var byTask = new Dictionary<string, List<TaskScore>>(StringComparer.Ordinal);
        foreach (var score in all.SelectMany(c => c.Tasks))
        {
            if (!byTask.TryGetValue(score.Task, out var scores))
            {
                byTask[score.Task] = scores = [];
                order.Add(score.Task);
            }

            scores.Add(score);
        }

        var tasks = order.Select(task => Summarise(task, byTask[task])).ToList();
        var known = tasks.Where(t => t.Dice is not null).Select(t => t.Dice!.Value).ToList();
        return new EvaluationReport(known.Count == 0 ? null : known.Average(), tasks, all);
    }

    private static TaskSummary Summarise(string task, List<TaskScore> scores)
    {
        var present = scores.Where(s => !s.AbsentInReference).ToList();
        var absent = scores.Where(s => s.AbsentInReference).ToList();
        return new TaskSummary(
            task,
            present.Count == 0 ? null : present.Average(s => s.Dice!.Value),
            present.Count,
            absent.Count,
            absent.Count == 0 ? 0 : absent.Average(s => s.FalsePositiveMl));
    }
}
