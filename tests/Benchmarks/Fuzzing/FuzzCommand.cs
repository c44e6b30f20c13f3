using System.Diagnostics;
using System.Globalization;

namespace Hermes.Benchmarks.Fuzzing;

/// <summary><c>hermes-benchmarks fuzz [nifti|checkpoints|packages] [--count N] [--seed N]</c>: reads damaged files and prints how they ended.</summary>
internal static class FuzzCommand
{
    public static int Run(string[] arguments)
    {
        int Number(string name, int fallback) => Array.IndexOf(arguments, name) is >= 0 and int i ? int.Parse(arguments[i + 1], CultureInfo.InvariantCulture) : fallback;
        Fuzz fuzz = arguments.FirstOrDefault() switch { "checkpoints" => new TorchFuzz(), "packages" => new PackageFuzz(), _ => new NiftiFuzz() };
        using var cleared = fuzz as IDisposable;
        var (count, seed) = (Number("--count", fuzz is NiftiFuzz ? 200_000 : 100_000), Number("--seed", 1));
        var clock = Stopwatch.StartNew();
        try
        {
            fuzz.Run(count, seed);
        }
        catch (InvalidOperationException found)
        {
            Console.Error.WriteLine(found);
            return 1;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} damaged files of seed {seed} in {clock.Elapsed.TotalSeconds:0} s: {fuzz.Read} read, {fuzz.Refused} refused; the slowest took {fuzz.Slowest.TotalMilliseconds:0} ms, the largest {fuzz.Largest / 1e6:0.0} MB."));
        return 0;
    }
}
