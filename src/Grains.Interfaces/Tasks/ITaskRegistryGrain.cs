namespace Hermes.Grains.Interfaces.Tasks;

/// <summary>The append-only list of tasks. Key: <see cref="Names.DefaultRegistry"/>.</summary>
[Alias("hermes.ITaskRegistryGrain")]
public interface ITaskRegistryGrain : IGrainWithStringKey
{
    /// <summary>Gives every task an index, exactly once; a task that is known keeps its own.</summary>
    [Alias("RegisterAsync")]
    Task<IReadOnlyList<TaskEntry>> RegisterAsync(string datasetKey, IReadOnlyList<string> tasks, CancellationToken cancellationToken = default);

    /// <summary>Those of <paramref name="tasks"/> that are known.</summary>
    [Alias("FindAsync")]
    Task<IReadOnlyList<TaskEntry>> FindAsync(IReadOnlyList<string> tasks, CancellationToken cancellationToken = default);

    /// <summary>All tasks in the order of their indices.</summary>
    [Alias("ListAsync")]
    Task<IReadOnlyList<TaskEntry>> ListAsync(CancellationToken cancellationToken = default);
}
