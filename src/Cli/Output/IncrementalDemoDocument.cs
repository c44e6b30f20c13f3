namespace Hermes.Cli.Output;

/// <summary>What <c>demo incremental</c> prints.</summary>
/// <param name="Certified">Whether the update was certified.</param>
/// <param name="IsTrunk">Whether a new trunk was made, which may change old answers.</param>
/// <param name="BitIdentical">Whether every answer to an old task, on probes and on all held-out cases, is the same file as before.</param>
/// <param name="ControlDiffers">
/// Whether an old group that is asked with the new branch wrongly switched on answers differently: what is compared can differ. Null of a branch without
/// stages, which an old group would not run.
/// </param>
/// <param name="NewTasks">Dice of the new tasks on held-out cases.</param>
/// <param name="OldTasks">Dice of the old tasks before and after, with the lower bound of the change where a new trunk was made.</param>
/// <param name="Remarks">What the certificate adds.</param>
/// <param name="Steps">Optimiser steps of the branch, or of the new trunk.</param>
/// <param name="Minutes">The time that became these steps; null where none was given.</param>
/// <param name="SecondsUpdate">From the request for the update until it was live.</param>
/// <param name="SecondsTotal">All of it, the first training included unless it was there.</param>
/// <param name="Phases">The time of every phase.</param>
/// <param name="Seed">Seed of scans and training.</param>
/// <param name="DataDir">Where everything is; null when nothing was kept.</param>
internal sealed record IncrementalDemoDocument(
    bool Certified,
    bool IsTrunk,
    bool BitIdentical,
    bool? ControlDiffers,
    IReadOnlyList<IncrementalDemoDocument.NewTask> NewTasks,
    IReadOnlyList<IncrementalDemoDocument.OldTask> OldTasks,
    IReadOnlyList<string> Remarks,
    int Steps,
    double? Minutes,
    double SecondsUpdate,
    double SecondsTotal,
    IReadOnlyList<QuickstartDocument.PhaseRow> Phases,
    long Seed,
    string? DataDir)
{
    internal sealed record NewTask(string Task, double? Dice, double? Baseline);

    internal sealed record OldTask(string Task, double? Before, double? After, double? LowerBound);
}
