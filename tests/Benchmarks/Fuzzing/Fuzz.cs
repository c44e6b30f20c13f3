using System.Diagnostics;

namespace Hermes.Benchmarks.Fuzzing;

/// <summary>Reads damaged files of one format. A file is read or refused by a sentence; nothing else happens, quickly and within the memory it accounts for.</summary>
internal abstract class Fuzz
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(2);

    public int Read { get; private set; }

    public int Refused { get; private set; }

    public TimeSpan Slowest { get; private set; }

    /// <summary>The most memory that one file took, in bytes.</summary>
    public long Largest { get; private set; }

    /// <summary>The file under way; 0-based.</summary>
    public int Round { get; private set; }

    /// <summary>Reads <paramref name="count"/> damaged files; equal seeds give equal files.</summary>
    /// <exception cref="InvalidOperationException">A file did something else than being read or refused; the message has its number.</exception>
    public void Run(int count, int seed)
    {
        for (Round = 0; Round < count; Round++)
        {
            var attempt = Damaged(new Random(unchecked(seed * 1_000_003 + Round)));
            var file = $"File {Round} of seed {seed} ({attempt.Length} bytes)";
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            try
            {
                attempt.Read();
                Read++;
            }
            catch (Exception refusal) when (IsRefusal(refusal))
            {
                Refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{file} ended in a {e.GetType().Name}: {e.Message}", e);
            }

            var took = GC.GetAllocatedBytesForCurrentThread() - before;
            Slowest = clock.Elapsed > Slowest ? clock.Elapsed : Slowest;
            Largest = Math.Max(Largest, took);
            if (took > attempt.Most || clock.Elapsed > LongestRead)
            {
                throw new InvalidOperationException($"{file} took {took} bytes, at most {attempt.Most} are accounted for, and {clock.Elapsed.TotalSeconds:0.0} s.");
            }
        }
    }

    /// <summary>A damaged file, and how it is to be read; what is read of it as something else than it can be ends in an exception that is no refusal.</summary>
    protected abstract Attempt Damaged(Random random);

    /// <summary>A sound file with a few bytes changed from a place on, and sometimes cut, doubled or without a part.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="sound">The file.</param>
    /// <param name="telling">Bytes that mean something in the format.</param>
    /// <param name="from">Where changes begin.</param>
    protected static byte[] Changed(Random random, byte[] sound, byte[] telling, int from = 0)
    {
        var bytes = (byte[])sound.Clone();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(from, bytes.Length);
            bytes[at] = random.Next(3) switch { 0 => telling[random.Next(telling.Length)], 1 => (byte)(bytes[at] ^ 1 << random.Next(8)), _ => (byte)random.Next(256) };
        }

        var (begin, end) = (random.Next(bytes.Length), random.Next(bytes.Length));
        (begin, end) = (Math.Min(begin, end), Math.Max(begin, end));
        return random.Next(20) switch
        {
            0 => bytes[..begin],
            1 => [.. bytes, .. bytes.AsSpan(begin)],
            2 => [.. bytes.AsSpan(0, begin), .. bytes.AsSpan(end)],
            3 => [.. bytes.AsSpan(0, end), .. bytes.AsSpan(begin)],
            _ => bytes,
        };
    }

    /// <summary>Whether this is the sentence by which a file is refused.</summary>
    protected abstract bool IsRefusal(Exception exception);

    /// <summary>A file to be read.</summary>
    /// <param name="Length">Its bytes.</param>
    /// <param name="Most">Bytes of memory that it accounts for.</param>
    /// <param name="Read">Reads it.</param>
    protected readonly record struct Attempt(int Length, long Most, Action Read);
}
