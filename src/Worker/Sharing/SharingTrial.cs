using System.Globalization;

namespace Hermes.Worker.Sharing;

/// <summary>
/// Finds out whether several devices pay: some steps are taken on one, some on all, with the same result. They pay where each device beside the first brings at least a
/// quarter of what one does alone.
/// </summary>
internal sealed class SharingTrial(int devices)
{
    private const int Timed = 3;

    // The first steps of a kind also fill caches and make batches ahead.
    private const int Passed = 2;
    private const double Least = 0.25;

    private readonly List<double> _alone = [];
    private readonly List<double> _together = [];

    /// <summary>Whether the next step is to be taken on all devices, where they are there.</summary>
    public bool IsTogether => Pays ?? _alone.Count >= Passed + Timed;

    /// <summary>Whether several devices pay; null until that is found.</summary>
    public bool? Pays { get; private set; }

    /// <summary>What was found, for people; null until then.</summary>
    public string? Finding => Pays is not { } pays ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"A step takes {Median(_together):0.###} s on {devices} devices and {Median(_alone):0.###} s on one{(pays ? ": all of them learn" : ", which does not pay: it goes on on one, and the others are free")}.");

    /// <summary>A step was taken.</summary>
    /// <returns>Whether it is found by this whether they pay.</returns>
    public bool Took(bool together, double seconds)
    {
        if (Pays is not null)
        {
            return false;
        }

        (together ? _together : _alone).Add(seconds);
        if (_together.Count < Passed + Timed)
        {
            return false;
        }

        Pays = Median(_together) * (1 + (Least * (devices - 1))) <= Median(_alone);
        return true;
    }

    private static double Median(List<double> seconds) => seconds.TakeLast(Timed).Order().ElementAt(Timed / 2);
}
