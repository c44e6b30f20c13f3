namespace Hermes.Grains.Interfaces.Updates;

/// <summary>How long something is learned: a number of optimiser steps, or a time that becomes one before anything begins.</summary>
public static class UpdateBudget
{
    private const double Longest = 60 * 24 * 365;

    /// <summary>Explains what a budget looks like, unless it is one or there is none.</summary>
    /// <param name="steps">Optimiser steps; null where a time or nothing is given.</param>
    /// <param name="minutes">A time; null where steps or nothing is given.</param>
    /// <exception cref="HermesException">It is no budget.</exception>
    public static void Require(int? steps, double? minutes)
    {
        if (steps is not null && minutes is not null)
        {
            throw new HermesException("A budget is a number of steps or a time, not both.", hint: "Give one of them.");
        }

        if (steps is < 1)
        {
            throw new HermesException($"A budget of {steps} steps learns nothing.", hint: "Give at least one step.");
        }

        if (minutes is { } time && !(time > 0 && time <= Longest))
        {
            throw new HermesException(FormattableString.Invariant($"{time:0.###} minutes are no budget."), hint: "Give a time above zero, up to a year, or a number of steps.");
        }
    }
}
