namespace Hermes.Dashboard.Runs;

/// <summary>What pages do to runs, if who is at the browser may.</summary>
internal interface IRunActions
{
    /// <summary>Asks a run to end at its next step.</summary>
    Task CancelAsync(string name, CancellationToken cancellationToken);

    /// <summary>Queues a run that ended early again, from its last checkpoint.</summary>
    Task ResumeAsync(string name, CancellationToken cancellationToken);
}
