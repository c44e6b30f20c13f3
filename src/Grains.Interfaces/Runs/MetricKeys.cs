namespace Hermes.Grains.Interfaces.Runs;

/// <summary>The numbers that a run reports.</summary>
public static class MetricKeys
{
    /// <summary>The loss of the step.</summary>
    public const string Loss = "loss";

    /// <summary>The learning rate of the step.</summary>
    public const string LearningRate = "learningRate";

    /// <summary>What the step took, in seconds.</summary>
    public const string SecondsPerStep = "secondsPerStep";

    /// <summary>Mean Dice of the last validation.</summary>
    public const string ValidationDice = "validationDice";
}
