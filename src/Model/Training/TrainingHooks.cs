using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Pictures;
using Hermes.Model.Checkpoints;

namespace Hermes.Model.Training;

/// <summary>What happens around a training run. Everything is called on the thread that trains.</summary>
public sealed record TrainingHooks
{
    /// <summary>After every step.</summary>
    public Action<StepMetrics>? Stepped { get; init; }

    /// <summary>After every validation.</summary>
    public Action<ValidationResult>? Validated { get; init; }

    /// <summary>While validating: cases done and in total.</summary>
    public Action<int, int>? Validating { get; init; }

    /// <summary>While validating, after every batch of windows: the place to serve something else.</summary>
    public Action? BetweenWindows { get; init; }

    /// <summary>
    /// Between steps, also before the first and after the last: the place to save a checkpoint, to serve something else, to wait. False ends the run here.
    /// </summary>
    public Func<Trainer, bool>? BetweenSteps { get; init; }
}

/// <summary>The numbers of one step.</summary>
/// <param name="Step">Which step, from 1.</param>
/// <param name="Loss">The whole loss.</param>
/// <param name="SegmentationLoss">Cross-entropy plus Tversky loss.</param>
/// <param name="ModalityLoss">The modality loss, not weighted.</param>
/// <param name="LearningRate">The rate of the step.</param>
/// <param name="GradientNorm">The global gradient norm before clipping.</param>
/// <param name="Seconds">Wall time of the step, waiting for its batch included.</param>
public sealed record StepMetrics(int Step, double Loss, double SegmentationLoss, double ModalityLoss, double LearningRate, double GradientNorm, double Seconds)
{
    /// <summary>Share of the samples of known modality whose modality the network recognised, 0 to 1; null when it does not say any, or none is known.</summary>
    public double? ModalityAccuracy { get; init; }

    /// <summary>What the step spent its time on.</summary>
    public required StepTimes Times { get; init; }
}

/// <summary>The wall time of a step by what it was spent on, in seconds; together all of it.</summary>
/// <param name="Data">Waiting for the batch.</param>
/// <param name="Forward">From the batch to the losses. Where samples are learned side by side, the wall time is shared out as their threads spent theirs.</param>
/// <param name="Backward">From the losses to the gradients, likewise.</param>
/// <param name="Optimiser">From the gradients to the new weights and their average.</param>
public sealed record StepTimes(double Data, double Forward, double Backward, double Optimiser);

/// <summary>How good the averaged weights are on the validation cases, on the plan's grid.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Dice">Dice per task over the validation cases.</param>
/// <param name="Score">
/// What checkpoints are chosen by: the mean over datasets of the mean over their tasks of the mean over cases. A task that no case of a dataset has does not count, nor a
/// dataset without any; null when none is left.
/// </param>
/// <param name="IsBest">Whether the score is the best of the run so far.</param>
/// <param name="Cases">Every case with its scores, dataset by dataset.</param>
public sealed record ValidationResult(int Step, DiceSummary Dice, double? Score, bool IsBest, IReadOnlyList<ScoredCase> Cases)
{
    /// <summary>What became of the tasks' priors in those cases.</summary>
    public required PosteriorTokens Posterior { get; init; }
}

/// <summary>What a validation found of one case.</summary>
/// <param name="Dataset">The name of its prompt group.</param>
/// <param name="CaseId">The case.</param>
/// <param name="Scores">How well each task was found in it.</param>
public sealed record ScoredCase(string Dataset, string CaseId, IReadOnlyList<TaskScore> Scores)
{
    /// <summary>The slice that shows most of the labels; of the first case of a dataset.</summary>
    public SampleSlice? Sample { get; init; }
}
