namespace Hermes.Dashboard.Models;

/// <summary>What pages do to models, if who is at the browser may.</summary>
internal interface IModelActions
{
    /// <summary>Makes a version live; the prompt groups named, all that it does not answer, are dropped.</summary>
    Task MakeLiveAsync(string name, int version, IReadOnlyList<string> drop, CancellationToken cancellationToken);

    /// <summary>Takes a promotion back.</summary>
    Task RollbackAsync(string name, string promotion, CancellationToken cancellationToken);
}
