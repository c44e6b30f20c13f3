namespace Hermes.Benchmarks.Operations;

/// <summary>What something cost a cluster.</summary>
/// <param name="Time">How long it took.</param>
/// <param name="ProcessorMilliseconds">Processor time of each group of processes.</param>
/// <param name="Statements">Statements that the database executed.</param>
/// <param name="LogBytes">What the database wrote to its log.</param>
/// <param name="StoredBytes">By how much the database grew.</param>
internal sealed record Cost(TimeSpan Time, IReadOnlyDictionary<string, double> ProcessorMilliseconds, double Statements, double LogBytes, double StoredBytes)
{
    /// <summary>Without what nothing would have cost meanwhile.</summary>
    /// <param name="idle">That of a second.</param>
    public Cost Without(Cost idle) => new(
        Time,
        ProcessorMilliseconds.ToDictionary(g => g.Key, g => g.Value - (idle.ProcessorMilliseconds[g.Key] * Time.TotalSeconds)),
        Statements - (idle.Statements * Time.TotalSeconds),
        LogBytes - (idle.LogBytes * Time.TotalSeconds),
        StoredBytes - (idle.StoredBytes * Time.TotalSeconds));

    /// <summary>One of so many.</summary>
    public Cost Per(double count) => new(
        Time / count, ProcessorMilliseconds.ToDictionary(g => g.Key, g => g.Value / count), Statements / count, LogBytes / count, StoredBytes / count);
}
