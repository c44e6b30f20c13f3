using Hermes.Imaging.Evaluation;

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
public sealed record StepMetrics(int Step, double Loss, double SegmentationLoss, double ModalityLoss, double LearningRate, double GradientNorm, double Seconds);

/// <summary>How good the averaged weights are on the validation cases, on the plan's grid.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Dice">Dice per task over the validation cases.</param>
/// <param name="IsBest">Whether the mean Dice is the best of the run so far.</param>
public sealed record ValidationResult(int Step, DiceSummary Dice, bool IsBest);
