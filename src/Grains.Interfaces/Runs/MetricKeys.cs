namespace Hermes.Grains.Interfaces.Runs;

/// <summary>The numbers that a run reports, by which its stretches of metrics name them, too.</summary>
public static class MetricKeys
{
    /// <summary>The loss of the step.</summary>
    public const string Loss = "loss";

    /// <summary>Cross-entropy plus Tversky loss of the step.</summary>
    public const string SegmentationLoss = "segmentationLoss";

    /// <summary>The modality loss of the step, not weighted.</summary>
    public const string ModalityLoss = "modalityLoss";

    /// <summary>Share of the step's samples whose modality the network recognised, 0 to 1.</summary>
    public const string ModalityAccuracy = "modalityAccuracy";

    /// <summary>The learning rate of the step.</summary>
    public const string LearningRate = "learningRate";

    /// <summary>The global gradient norm of the step before clipping.</summary>
    public const string GradientNorm = "gradientNorm";

    /// <summary>What the step took, in seconds.</summary>
    public const string SecondsPerStep = "secondsPerStep";

    /// <summary>What of it was waiting for the batch, in seconds.</summary>
    public const string DataSeconds = "dataSeconds";

    /// <summary>What of it was the way to the losses, in seconds.</summary>
    public const string ForwardSeconds = "forwardSeconds";

    /// <summary>What of it was the way back to the gradients, in seconds.</summary>
    public const string BackwardSeconds = "backwardSeconds";

    /// <summary>What of it was the way to the new weights, in seconds.</summary>
    public const string OptimiserSeconds = "optimiserSeconds";

    /// <summary>Main memory of the worker after the step, in MB; what an accelerator holds is not in it.</summary>
    public const string MemoryMb = "memoryMb";

    /// <summary>Memory of the graphics card that is used after the step, by whoever uses it, in MB; told every few seconds where the driver tells it.</summary>
    public const string CardMemoryMb = "cardMemoryMb";

    /// <summary>Mean Dice of the last validation: over datasets, of the mean over their tasks.</summary>
    public const string ValidationDice = "validationDice";

    /// <summary>Mean Dice of one task at a validation.</summary>
    public static string DiceOf(string task) => $"dice/{task}";

    /// <summary>Mean Dice of one task in one dataset at a validation.</summary>
    public static string DiceOf(string task, string dataset) => $"dice/{task}@{dataset}";
}
