using Hermes.Grains.State;

namespace Hermes.Grains.Owners;

/// <summary>
/// The record an actor owns: replaced as a whole and stored. Requests and background work of an actor interleave, so writes
/// queue here and one write takes along every change made before it.
/// </summary>
/// <param name="storage">Where it is stored.</param>
/// <param name="giveUp">Ends the activation after a write that failed: what is in memory was never stored, and the next activation begins from what was.</param>
/// <param name="written">Told after every write.</param>
internal class Owned<T>(IPersistentState<Versioned<T>> storage, Action giveUp, Action? written = null)
    where T : class, new()
{
    private Task _writing = Task.CompletedTask;
    private T? _value;
    private long _changes;
    private long _written;

    public T Value => _value ??= Storage.State.Value;

    /// <summary>Whether <see cref="Value"/> is what is stored: no write is under way, and none failed.</summary>
    protected bool IsStored => _written == _changes;

    /// <summary>What is stored, and during a write and after one that failed what was to be.</summary>
    protected IPersistentState<Versioned<T>> Storage { get; } = storage;

    /// <summary>Replaces the record and returns when it is stored.</summary>
    public async Task SetAsync(T value)
    {
        _value = value;
        var change = ++_changes;
        _writing = WriteAfterAsync(_writing, change);
        await _writing;
    }

    /// <summary>Waits for the writes under way. What is done outside because of the record begins after that: others must not hear of what never was.</summary>
    /// <returns>Whether <see cref="Value"/> is stored; not so after a write that failed, and nothing may be done for it then.</returns>
    public async Task<bool> IsStoredAsync()
    {
        Task last;
        do
        {
            last = _writing;
            await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        while (last != _writing);
        return IsStored;
    }

    /// <summary>Writes the record as it is now.</summary>
    protected virtual Task WriteAsync()
    {
        Storage.State = Storage.State with { Format = StateJson.Format, Version = Storage.State.Version + 1, Value = Value };
        return Storage.WriteStateAsync();
    }

    private async Task WriteAfterAsync(Task before, long change)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_written >= change)
        {
            return;
        }

        try
        {
            var covered = _changes;
            await WriteAsync();
            _written = covered;
            written?.Invoke();
        }
        catch
        {
            giveUp();
            throw;
        }
    }
}
