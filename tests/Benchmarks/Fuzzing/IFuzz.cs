namespace Hermes.Benchmarks.Fuzzing;

/// <summary>Reads damaged files of one format. A file is read or refused by a sentence; nothing else happens.</summary>
internal interface IFuzz
{
    int Read { get; }

    int Refused { get; }

    TimeSpan Slowest { get; }

    /// <summary>The most memory that one file took, in bytes.</summary>
    long Largest { get; }

    /// <summary>Reads <paramref name="count"/> damaged files; equal seeds give equal files.</summary>
    /// <exception cref="InvalidOperationException">A file did something else than being read or refused; the message has its number.</exception>
    void Run(int count, int seed);
}
