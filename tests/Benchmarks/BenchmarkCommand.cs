using System.Globalization;
using Hermes.Model.Runtime;

namespace Hermes.Benchmarks;

/// <summary>Reads the command line, runs the benchmarks whose names match and prints a table.</summary>
internal static class BenchmarkCommand
{
    private const string Help = """
        hermes-benchmarks: what the network costs, as ratios measured in one process.

        Usage: hermes-benchmarks [--filter TEXT] [--repeats N] [--list]

          --filter TEXT   only benchmarks whose name contains TEXT
          --repeats N     measurements per number, of which the median counts (default 5)
          --list          print the names and stop

        Example: hermes-benchmarks --filter step/base8 --repeats 7
        """;

    /// <summary>Returns 0 on success and 2 on wrong usage.</summary>
    public static int Run(string[] args, TextWriter output)
    {
        (string filter, int repeats, bool list) = ("", 5, false);
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    output.WriteLine(Help);
                    return 0;
                case "--list":
                    list = true;
                    break;
                case "--filter" when i + 1 < args.Length:
                    filter = args[++i];
                    break;
                case "--repeats" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out int n) && n > 0:
                    repeats = n;
                    i++;
                    break;
                default:
                    Console.Error.WriteLine($"Unknown or incomplete argument '{args[i]}'.\n\n{Help}");
                    return 2;
            }
        }
        IReadOnlyList<Benchmark> chosen = [.. Catalogue.All.Where(benchmark => benchmark.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        if (list)
        {
            foreach (Benchmark benchmark in chosen)
            {
                output.WriteLine($"{benchmark.Name,-28} {benchmark.Description}");
            }
            return 0;
        }
        TorchRuntimeState state = TorchRuntime.Initialize(new TorchRuntimeOptions { Device = "cpu", MixedPrecision = true }, Console.Error.WriteLine);
        output.WriteLine($"{state.Threads} threads, convolutions {state.Precision}, {repeats} repeats, medians");
        output.WriteLine($"{"benchmark",-28} {"measured",12} {"against",12} {"ratio",7} {"aim",7}  {"peak MB",8}");
        foreach (Benchmark benchmark in chosen)
        {
            Measurement found = benchmark.Measure(repeats);
            string aim = benchmark.Aim is { } most ? string.Create(CultureInfo.InvariantCulture, $"{most:f2}") : "-";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{benchmark.Name,-28} {found.Milliseconds,9:f0} ms {found.AgainstMilliseconds,9:f0} ms {found.Ratio,7:f2} {aim,7}  {found.PeakMegabytes,8:f0}"));
        }
        return 0;
    }
}
