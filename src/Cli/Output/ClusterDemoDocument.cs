namespace Hermes.Cli.Output;

/// <summary>What <c>cluster demo</c> prints: a silo was killed while it trained, and what came of it.</summary>
/// <param name="KilledSilo">The silo that was killed.</param>
/// <param name="KilledAtStep">What its run had learned.</param>
/// <param name="SecondsToInterrupted">From the kill until the run was shown as interrupted.</param>
/// <param name="SecondsToMoved">From the kill until the run was at work again.</param>
/// <param name="MovedTo">The silo it was at work at then.</param>
/// <param name="SecondsToSegmented">From the kill until a volume that was asked then was segmented.</param>
/// <param name="IsSameModel">Whether the model has the same bits as that of a run that nothing disturbed.</param>
/// <param name="Steps">How long both learned.</param>
/// <param name="Crashes">How often the run is taken to have failed by itself.</param>
/// <param name="Phases">How long everything took.</param>
/// <param name="Dir">Where everything is; null if nothing was kept.</param>
internal sealed record ClusterDemoDocument(
    string KilledSilo,
    int KilledAtStep,
    double SecondsToInterrupted,
    double SecondsToMoved,
    string MovedTo,
    double SecondsToSegmented,
    bool IsSameModel,
    int Steps,
    int Crashes,
    IReadOnlyList<QuickstartDocument.PhaseRow> Phases,
    string? Dir);
