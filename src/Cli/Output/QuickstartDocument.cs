namespace Hermes.Cli.Output;

/// <summary>
/// What <c>quickstart</c> prints: Dice on held-out volumes and the tasks that were not learned, the time of every phase, and where everything is
/// unless nothing was kept.
/// </summary>
internal sealed record QuickstartDocument(
    double? MeanDice,
    IReadOnlyList<QuickstartDocument.TaskRow> Tasks,
    IReadOnlyList<string> NotLearned,
    IReadOnlyList<QuickstartDocument.PhaseRow> Phases,
    double SecondsTotal,
    string Model,
    long Seed,
    string? DataDir,
    IReadOnlyList<string> Segmentations)
{
    internal sealed record TaskRow(string Task, double? Dice, int Cases);

    internal sealed record PhaseRow(string Name, double Seconds);
}
