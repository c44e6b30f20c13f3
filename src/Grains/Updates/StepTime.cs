using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Models;

namespace Hermes.Grains.Updates;

/// <summary>How long a step of an update takes, as far as the run that made the trunk tells.</summary>
/// <param name="Run">The run that made the trunk; empty where it was imported.</param>
/// <param name="OfTrunk">What its last step took, in seconds; null where that is not known.</param>
/// <param name="TrunkIsFrozen">Whether branches are learned on it; if not, it is learned anew as a whole.</param>
internal sealed record StepTime(string Run, double? OfTrunk, bool TrunkIsFrozen)
{
    // Measured: the frozen stages need no gradient of their weights.
    private const double OfBranch = 0.63;

    /// <summary>What a step takes, about, in seconds; null where it is not known.</summary>
    public double? Seconds => TrunkIsFrozen ? OfTrunk * OfBranch : OfTrunk;

    /// <summary>How that is known, or why it is not, in a sentence.</summary>
    public string Source => OfTrunk is { } measured
        ? string.Create(CultureInfo.InvariantCulture, $"The last step of the trunk's run '{Run}' took {measured:0.###} s, and a step of a branch takes about {OfBranch} of that.")
        : $"The time is not known: {WhyUnknown}.";

    /// <summary>The same, with what an update takes besides.</summary>
    public string Estimate => OfTrunk is null ? Source : $"{Source} Validation and the examination come on top.";

    private string WhyUnknown => Run.Length == 0
        ? "the trunk was imported, and no run here says how long a step takes"
        : $"the run '{Run}', which made the trunk, is gone or never said how long a step takes";

    /// <summary>What is known of it.</summary>
    public static async Task<StepTime> OfAsync(ModelVersion from, bool makesTrunk, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var trunk = await from.TrunkRunAsync(grains, cancellationToken);
        var measured = trunk?.LastMetrics.GetValueOrDefault(MetricKeys.SecondsPerStep) ?? 0;
        var isKnown = double.IsFinite(measured) && measured > 0;
        return new StepTime(from.Run, isKnown ? measured : null, !makesTrunk);
    }

    /// <summary>How many steps a time is good for.</summary>
    /// <exception cref="HermesException">It is not known what a step takes, or there are none in that time or too many to count.</exception>
    public int StepsIn(double minutes)
    {
        var seconds = Seconds ?? throw new HermesException(
            string.Create(CultureInfo.InvariantCulture, $"How many steps there are in {minutes:0.###} min is not known: {WhyUnknown}."),
            hint: "Give the number of steps.");
        // What a number of steps takes is that number of steps again, whatever the last digit says.
        var steps = Math.Floor(Math.Round(minutes * 60 / seconds, 6));
        var howMany = steps < 1 ? "is not one step" : "are more steps than can be learned";
        return steps is >= 1 and <= int.MaxValue ? (int)steps : throw new HermesException(
            string.Create(CultureInfo.InvariantCulture, $"In {minutes:0.###} min there {howMany}: a step takes about {seconds:0.###} s."),
            hint: "Give another time, or the number of steps.");
    }
}
