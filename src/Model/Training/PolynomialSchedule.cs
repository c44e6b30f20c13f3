namespace Hermes.Model.Training;

/// <summary>Learning rate by epoch (docs/method.md, Schedule and average): an exponential warm-up, then polynomial decay with exponent 0.9.</summary>
/// <param name="LearningRate">Rate at the end of the warm-up, and what the decay starts from.</param>
/// <param name="Epochs">Epochs of the run.</param>
/// <param name="WarmUpEpochs">Epochs of the warm-up; 0 for none.</param>
public sealed record PolynomialSchedule(double LearningRate, int Epochs, int WarmUpEpochs)
{
    /// <summary>The rate in an epoch, counted from 0.</summary>
    public double At(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (WarmUpEpochs > 0 && epoch <= WarmUpEpochs)
        {
            // The official code writes e as 2.718.
            return LearningRate * Math.Pow(2.718, 10 * ((double)epoch / WarmUpEpochs - 1));
        }

        return epoch >= Epochs ? 0 : LearningRate * Math.Pow(1 - (double)epoch / Epochs, 0.9);
    }
}
