namespace Hermes.Dashboard.Datasets;

/// <summary>How numbers lie, in five of them.</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="LowerQuartile">A quarter of them are smaller.</param>
/// <param name="Median">Half of them are smaller.</param>
/// <param name="UpperQuartile">A quarter of them are larger.</param>
/// <param name="Maximum">The largest.</param>
public sealed record Distribution(double Minimum, double LowerQuartile, double Median, double UpperQuartile, double Maximum)
{
    // Tukey's rule for what lies far outside.
    private const double Reach = 1.5;

    // What a float in a header and a number written in decimals differ by is no difference.
    private const double Rounding = 1e-5;

    /// <summary>From here on upwards is usual.</summary>
    public double LowerFence => LowerQuartile - Margin;

    /// <summary>Up to here is usual.</summary>
    public double UpperFence => UpperQuartile + Margin;

    private double Margin => (Reach * (UpperQuartile - LowerQuartile)) + (Rounding * Math.Max(Math.Abs(Minimum), Math.Abs(Maximum)));

    /// <summary>Of numbers, quartiles interpolated between neighbours; null of none.</summary>
    public static Distribution? Of(IEnumerable<double> numbers)
    {
        var sorted = numbers.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? null : new Distribution(sorted[0], At(0.25), At(0.5), At(0.75), sorted[^1]);

        double At(double share)
        {
            var place = share * (sorted.Length - 1);
            var below = (int)place;
            var above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
        }
    }

    /// <summary>Whether a number lies more than one and a half interquartile ranges outside the quartiles.</summary>
    public bool IsOutside(double number) => number < LowerFence || number > UpperFence;
}
