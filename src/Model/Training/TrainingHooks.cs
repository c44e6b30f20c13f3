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
