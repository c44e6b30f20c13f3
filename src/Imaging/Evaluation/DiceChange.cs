namespace Hermes.Imaging.Evaluation;

/// <summary>How the Dice of one task changed from one network to another, over the cases that both were asked.</summary>
/// <param name="Task">The task's identity.</param>
/// <param name="Cases">How many cases there were.</param>
/// <param name="Before">Mean Dice of the first network.</param>
/// <param name="After">Mean Dice of the second network.</param>
/// <param name="Difference">Mean over cases of second minus first: negative where something was lost.</param>
/// <param name="LowerBound">What the difference is at least, with 95 % confidence; null when there were too few cases to say.</param>
public sealed record DiceChange(string Task, int Cases, double Before, double After, double Difference, double? LowerBound)
{
    /// <summary>Whether there were cases enough to say what the difference is at least.</summary>
    public bool IsEnough => LowerBound is not null;

    /// <summary>Whether not more than this was lost, with 95 % confidence. Too few cases show nothing, so the answer then is no.</summary>
    /// <param name="tolerance">The largest loss of mean Dice that is borne, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative.</exception>
    public bool IsWithin(double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        return LowerBound >= -tolerance;
    }
}
