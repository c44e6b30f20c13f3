namespace Hermes.Model.Training;

/// <summary>The loss or its gradient stopped being a number; going on or trying again would not help.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="what">What is not finite ("the loss").</param>
    /// <param name="cases">The cases of the batch.</param>
    public TrainingDivergedException(int step, string what, IReadOnlyList<string> cases)
        : base($"Training diverged: {what} of step {step} is not a finite number (cases of the batch: {string.Join(", ", cases)}). A lower base_lr or precision fp32 may help.")
    {
        (Step, Cases) = (step, cases);
    }

    /// <summary>The step, from 1.</summary>
    public int Step { get; }

    /// <summary>The cases of the batch.</summary>
    public IReadOnlyList<string> Cases { get; }
}
