using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Imaging.Evaluation;

namespace Hermes.Client.Evaluations;

/// <summary>How good a model version is on labelled cases of a dataset, at the native grid of its images.</summary>
public sealed record EvaluationReport
{
    /// <summary>The model version that was measured.</summary>
    public required ModelVersion Model { get; init; }

    /// <summary>The dataset's key, <c>site/dataset</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Dice per task, in the order of the dataset's label map.</summary>
    public required DiceSummary Dice { get; init; }

    /// <summary>The cases, in the order of the dataset.</summary>
    public required IReadOnlyList<EvaluatedCase> Cases { get; init; }

    /// <summary>Aggregates the agreement of <paramref name="cases"/> per task.</summary>
    /// <param name="model">The model version.</param>
    /// <param name="dataset">The dataset's key.</param>
    /// <param name="tasks">The tasks to report, in order.</param>
    /// <param name="cases">The measured cases.</param>
    public static EvaluationReport Of(ModelVersion model, string dataset, IReadOnlyList<string> tasks, IReadOnlyList<EvaluatedCase> cases)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(cases);
        var scores =
            from task in tasks
            from found in cases.SelectMany(c => c.Result.Tasks)
            where found.Task == task && found.Agreement is not null
            let agreement = found.Agreement
            select new TaskScore(task, agreement.Dice, agreement.ReferenceMl, agreement.FalsePositiveMl, agreement.FalseNegativeMl);
        return new EvaluationReport { Model = model, Dataset = dataset, Dice = DiceSummary.Of(scores), Cases = cases };
    }
}

/// <summary>One case of an evaluation.</summary>
/// <param name="Case">The case.</param>
/// <param name="Result">The model's answer, with its agreement per task.</param>
public sealed record EvaluatedCase(CaseRecord Case, SegmentationResult Result);

/// <summary>How far an evaluation is.</summary>
/// <param name="Done">Cases answered.</param>
/// <param name="Total">Cases in all.</param>
/// <param name="Latest">The case answered last, if any.</param>
public sealed record EvaluationProgress(int Done, int Total, EvaluatedCase? Latest);
