using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Tasks;

/// <inheritdoc cref="ITaskRegistryGrain"/>
public sealed class TaskRegistryGrain(
    [PersistentState("taskRegistry", "hermes")] IPersistentState<Versioned<TaskRegistryRecord>> storage) : Grain, ITaskRegistryGrain
{
    private Owned<TaskRegistryRecord> _record = null!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new Owned<TaskRegistryRecord>(storage, DeactivateOnIdle);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskEntry>> RegisterAsync(string datasetKey, IReadOnlyList<string> tasks, string? labelSchema, CancellationToken cancellationToken)
    {
        TaskRules.RequireWellFormed(labelSchema);
        var known = _record.Value.Tasks;
        foreach (var entry in Find(tasks).Where(t => TaskRules.IsOwn(t.Task, datasetKey)))
        {
            TaskRules.RequireDeclaredBy(datasetKey, entry);
        }

        // A dataset has one label schema, also for a structure that is new in it.
        foreach (var entry in known.Where(t => t.DeclaredBy == datasetKey))
        {
            TaskRules.RequireSchema(datasetKey, entry.LabelSchema, labelSchema);
        }

        var names = known.Select(t => t.Task).ToHashSet(StringComparer.Ordinal);
        var now = tasks.ToHashSet(StringComparer.Ordinal);
        List<TaskEntry> kept = [.. known.Select(t => t.DeclaredBy == datasetKey && now.Contains(t.Task) ? t with { LabelSchema = t.LabelSchema ?? labelSchema } : t)];
        var added = tasks.Distinct(StringComparer.Ordinal).Where(t => !names.Contains(t))
            .Select((task, i) => new TaskEntry(known.Count + i, task, datasetKey, labelSchema))
            .ToList();
        if (added.Count > 0 || !kept.SequenceEqual(known))
        {
            await _record.SetAsync(new TaskRegistryRecord { Tasks = [.. kept, .. added] });
        }

        return Find(tasks);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskEntry>> FindAsync(IReadOnlyList<string> tasks, CancellationToken cancellationToken) => Task.FromResult(Find(tasks));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskEntry>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_record.Value.Tasks);

    private IReadOnlyList<TaskEntry> Find(IReadOnlyList<string> tasks)
    {
        var wanted = tasks.ToHashSet(StringComparer.Ordinal);
        return [.. _record.Value.Tasks.Where(t => wanted.Contains(t.Task))];
    }
}
