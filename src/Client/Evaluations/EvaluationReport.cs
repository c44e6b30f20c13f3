using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Evaluations;

/// <summary>How good a model version is on labelled cases of a dataset, at the native grid of its images.</summary>
public sealed record EvaluationReport
{
    /// <summary>The model version that was measured.</summary>
    public required ModelVersion Model { get; init; }

    /// <summary>The dataset's key, <c>site/dataset</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The mean over tasks of their Dice; null when no reference has any task. Tasks that no reference has do not count.</summary>
    public required double? MeanDice { get; init; }

    /// <summary>The tasks, in the order of the dataset's label map.</summary>
    public required IReadOnlyList<EvaluatedTask> Tasks { get; init; }

    /// <summary>The cases, in the order of the dataset.</summary>
    public required IReadOnlyList<EvaluatedCase> Cases { get; init; }

    /// <summary>Aggregates the agreement of <paramref name="cases"/> per task.</summary>
    /// <param name="model">The model version.</param>
    /// <param name="dataset">The dataset's key.</param>
    /// <param name="tasks">The tasks to report, in order.</param>
    /// <param name="cases">The measured cases.</param>
    public static EvaluationReport Of(ModelVersion model, string dataset, IReadOnlyList<string> tasks, IReadOnlyList<EvaluatedCase> cases)
    {
        var rows = tasks.Select(task => Row(task, cases)).ToList();
        var present = rows.Where(row => row.Dice is not null).Select(row => row.Dice!.Value).ToList();
        return new EvaluationReport
        {
            Model = model,
            Dataset = dataset,
            MeanDice = present.Count > 0 ? present.Average() : null,
            Tasks = rows,
            Cases = cases,
        };
    }

    private static EvaluatedTask Row(string task, IReadOnlyList<EvaluatedCase> cases)
    {
        var found = cases.SelectMany(c => c.Result.Tasks).Where(t => t.Task == task && t.Agreement is not null).Select(t => t.Agreement!).ToList();
        var present = found.Where(a => a.Dice is not null).Select(a => a.Dice!.Value).ToList();
        var absent = found.Where(a => a.Dice is null).ToList();
        return new EvaluatedTask(task, present.Count > 0 ? present.Average() : null, present.Count, absent.Count, absent.Sum(a => a.FalsePositiveMl));
    }
}
