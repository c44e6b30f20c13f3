using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Tasks;

/// <summary>The append-only list of tasks. Key: <see cref="Names.DefaultRegistry"/>.</summary>
[Alias("hermes.ITaskRegistryGrain")]
public interface ITaskRegistryGrain : IGrainWithStringKey
{
    /// <summary>Gives every task an index, exactly once; a task that is known keeps its own, and the label schema that it was registered with.</summary>
    /// <param name="datasetKey">Key <c>site/dataset</c> of the dataset that declares or shares them.</param>
    /// <param name="tasks">The tasks, <c>dataset/structure</c>.</param>
    /// <param name="labelSchema">The version of the dataset's label schema, see <c>LabelSchema</c>; null where whoever asks does not know it.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">A task in the dataset's own namespace was declared by another dataset, or the dataset had another label schema.</exception>
    [Alias("RegisterAsync"), Needs(Role.Silo)]
    Task<IReadOnlyList<TaskEntry>> RegisterAsync(
        string datasetKey, IReadOnlyList<string> tasks, string? labelSchema = null, CancellationToken cancellationToken = default);

    /// <summary>Those of <paramref name="tasks"/> that are known.</summary>
    [Alias("FindAsync"), Needs(Role.Viewer)]
    Task<IReadOnlyList<TaskEntry>> FindAsync(IReadOnlyList<string> tasks, CancellationToken cancellationToken = default);

    /// <summary>All tasks in the order of their indices.</summary>
    [Alias("ListAsync"), Needs(Role.Viewer)]
    Task<IReadOnlyList<TaskEntry>> ListAsync(CancellationToken cancellationToken = default);
}

/// <summary>One row of the task registry.</summary>
/// <param name="Index">Its position, given once and for ever.</param>
/// <param name="Task">The task, <c>dataset-namespace/structure</c>.</param>
/// <param name="DeclaredBy">The key of the dataset that declared it first.</param>
/// <param name="LabelSchema">The version of that dataset's label schema; null until the dataset itself was registered with one.</param>
[GenerateSerializer, Immutable, Alias("hermes.TaskEntry")]
public sealed record TaskEntry(
    [property: Id(0)] int Index,
    [property: Id(1)] string Task,
    [property: Id(2)] string DeclaredBy,
    [property: Id(3)] string? LabelSchema = null);
