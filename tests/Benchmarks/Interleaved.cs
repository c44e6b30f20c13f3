using System.Diagnostics;

namespace Hermes.Benchmarks;

/// <summary>Measures two actions in turn, after one unmeasured round.</summary>
internal static class Interleaved
{
    public static Measurement Measure(int repeats, Action measured, Action against)
    {
        measured();
        against();
        var times = new List<(double Measured, double Against)>();
        for (int i = 0; i < repeats; i++)
        {
            times.Add((Time(measured), Time(against)));
        }
        using var process = Process.GetCurrentProcess();
        return new Measurement(
            Median(times.Select(pair => pair.Measured)),
            Median(times.Select(pair => pair.Against)),
            Median(times.Select(pair => pair.Measured / pair.Against)),
            process.PeakWorkingSet64 / 1e6);
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
