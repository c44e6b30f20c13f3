namespace Hermes.Dashboard.Scheduling;

/// <summary>What pages do to runs that wait, if who is at the browser may.</summary>
internal interface IQueueActions
{
    /// <summary>Lets a run go before another, or before all.</summary>
    /// <param name="run">The run.</param>
    /// <param name="before">The run it is to go before; null for all of them.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task MoveAsync(string run, string? before, CancellationToken cancellationToken);

    /// <summary>Holds a run back until it is released.</summary>
    Task HoldAsync(string run, CancellationToken cancellationToken);

    /// <summary>Holds a run back no longer.</summary>
    Task ReleaseAsync(string run, CancellationToken cancellationToken);
}
