using System.Diagnostics;

namespace Hermes.Benchmarks;

/// <summary>Measures two workloads in turn, after unmeasured rounds.</summary>
internal static class Interleaved
{
    public static Measurement Measure(int repeats, Benchmark benchmark)
    {
        using var measured = benchmark.Measured();
        // Twice: what the first run leaves for the second counts as memory, and compilers have done their work.
        measured.Run();
        measured.Run();
        var peak = PeakMegabytes();
        using var against = benchmark.Against();
        against.Run();
        var times = new List<(double Measured, double Against)>();
        for (var i = 0; i < repeats; i++)
        {
            times.Add((Time(measured), Time(against)));
        }

        return new Measurement(
            Median(times.Select(pair => pair.Measured)),
            Median(times.Select(pair => pair.Against)),
            Median(times.Select(pair => pair.Measured / pair.Against)),
            peak);
    }

    private static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    private static double Time(IWorkload workload)
    {
        var start = Stopwatch.GetTimestamp();
        workload.Run();
        var all = Stopwatch.GetElapsedTime(start);
        return (workload.Counted ?? all).TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
