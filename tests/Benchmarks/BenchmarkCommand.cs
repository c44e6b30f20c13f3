using System.Diagnostics;
using System.Globalization;
using Hermes.Model.Runtime;

namespace Hermes.Benchmarks;

/// <summary>Reads the command line, runs the benchmarks whose names match and prints a table.</summary>
internal static class BenchmarkCommand
{
    private const string Help = """
        hermes-benchmarks: what training and segmenting cost, as ratios measured in one process each.

        Usage: hermes-benchmarks [--filter TEXT] [--repeats N] [--list]
               hermes-benchmarks learn phantoms|FOLDER [--preset NAME | --config FILE] [--steps N] [--seeds N-M] [--precision Full,Mixed]
                                 [--threads N] [--check N] [--record FILE]
               hermes-benchmarks memory [PRESET [--width N] [--patch N] [--batch N] [--tasks N] [--precision Full|Mixed]
                                         [--micro N] [--recompute yes|no] [--steps N] [--learn network|decoder|branch|priors]]
               hermes-benchmarks operations [--count N]
               hermes-benchmarks fuzz [nifti|checkpoints|packages] [--count N] [--seed N]

          --filter TEXT   only benchmarks whose name contains TEXT
          --repeats N     measurements per number, of which the median counts (default 5)
          --list          print the names and stop
          learn           train outside the platform and print the Dice that is reached; with --record, runs that FILE holds are not repeated,
                          and --check N looks at the held-out cases every N steps
          memory          train a few steps and print the highest resident memory, of one training or of a grid of them
          operations      what each operation costs a cluster on this machine, with PostgreSQL, RabbitMQ and Azurite; every operation 5 × N times, runs N times (default 20)
          fuzz            read damaged NIfTI files (200000 unless told), checkpoints of PyTorch or packages of models (100000), and print how they ended

        Examples: hermes-benchmarks --filter step/base8 --repeats 7
                  hermes-benchmarks learn phantoms --seeds 0-9 --precision Full,Mixed --record runs.jsonl
        """;

    /// <summary>Returns 0 on success and 2 on wrong usage.</summary>
    public static int Run(string[] args, TextWriter output)
    {
        (var filter, var repeats, var list, var row) = ("", 5, false, false);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    output.WriteLine(Help);
                    return 0;
                case "--list":
                    list = true;
                    break;
                case "--row":
                    // What this program says to itself: only the row of one benchmark.
                    row = true;
                    break;
                case "--filter" when i + 1 < args.Length:
                    filter = args[++i];
                    break;
                case "--repeats" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var n) && n > 0:
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
            foreach (var benchmark in chosen)
            {
                output.WriteLine($"{benchmark.Name,-28} {benchmark.Description}");
            }

            return 0;
        }

        if (row)
        {
            TorchRuntime.Initialize(new TorchRuntimeOptions { Device = "cpu", MixedPrecision = true });
            output.WriteLine(Row(chosen.Single(benchmark => benchmark.Name == filter), repeats));
            return 0;
        }

        output.WriteLine(
            $"{Environment.ProcessorCount} threads, {repeats} repeats, medians; {BFloat16Speed.PaysOff switch { true => "the processor is faster in bfloat16 (Mixed)", false => "the processor is faster in float32 (Full)", null => "in which format the processor is faster nobody knows" }}");
        output.WriteLine($"{"benchmark",-28} {"measured",12} {"against",12} {"ratio",7} {"aim",7}  {"peak MB",8}");
        foreach (var benchmark in chosen)
        {
            // A process each: memory that one benchmark keeps does not count for the next.
            using var process = Process.Start(new ProcessStartInfo(
                Environment.ProcessPath!, [.. Host(), "--row", "--filter", benchmark.Name, "--repeats", repeats.ToString(CultureInfo.InvariantCulture)]))!;
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                return 1;
            }
        }

        return 0;
    }

    private static string Row(Benchmark benchmark, int repeats)
    {
        var found = Interleaved.Measure(repeats, benchmark);
        var aim = benchmark.Aim is { } most ? string.Create(CultureInfo.InvariantCulture, $"{most:f2}") : "-";
        return string.Create(CultureInfo.InvariantCulture,
            $"{benchmark.Name,-28} {found.Milliseconds,9:f0} ms {found.AgainstMilliseconds,9:f0} ms {found.Ratio,7:f3} {aim,7}  {found.PeakMegabytes,8:f0}");
    }

    /// <summary>The program to hand to <c>dotnet</c>, when that is what runs this.</summary>
    private static string[] Host() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(BenchmarkCommand).Assembly.Location] : [];
}
