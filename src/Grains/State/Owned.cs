using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Seams;

namespace Hermes.Grains.State;

/// <summary>
/// The record an actor owns: replaced as a whole, stored, then shown in the catalog. Requests and background work of an
/// actor interleave, so writes queue here and one write takes along every change made before it.
/// </summary>
internal sealed class Owned<T>(IPersistentState<Versioned<T>> storage, ICatalogStore? catalog, Func<T, long, CatalogEntry>? describe, Action giveUp)
    where T : class, new()
{
    private Task _writing = Task.CompletedTask;
    private T? _value;
    private long _changes;
    private long _written;

    public T Value => _value ??= storage.State.Value;

    /// <summary>Replaces the record and returns when it is stored.</summary>
    public async Task SetAsync(T value)
    {
        _value = value;
        var change = ++_changes;
        _writing = WriteAfterAsync(_writing, change);
        await _writing;
    }

    /// <summary>Writes the catalog row again, in case the process ended between the two writes.</summary>
    public Task ShowAsync() => catalog is null || describe is null ? Task.CompletedTask : catalog.UpsertAsync(describe(Value, storage.State.Version));

    private async Task WriteAfterAsync(Task before, long change)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_written >= change)
        {
            return;
        }

        try
        {
            await WriteAsync();
        }
        catch
        {
            // What is in memory was never stored; the next activation begins from what was.
            giveUp();
            throw;
        }
    }

    private async Task WriteAsync()
    {
        var covered = _changes;
        var version = storage.State.Version + 1;
        if (!storage.RecordExists && catalog is not null && describe is not null)
        {
            // Registered before its first use, so that a restart finds it.
            await catalog.UpsertAsync(describe(Value, 0));
        }

        storage.State = new Versioned<T> { Version = version, Value = Value };
        await storage.WriteStateAsync();
        _written = covered;
        await ShowAsync();
    }
}
