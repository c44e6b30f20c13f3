using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Owners;

/// <summary>A record that the catalog shows, and whose writes say how far its story had come.</summary>
/// <param name="storage">Where it is stored.</param>
/// <param name="giveUp">See <see cref="Owned{T}"/>.</param>
/// <param name="catalog">Where it is shown.</param>
/// <param name="describe">Its row at a version.</param>
/// <param name="nextSequence">The number of the next event.</param>
/// <param name="shown">Told after it was shown.</param>
internal sealed class ShownRecord<T>(
    IPersistentState<Versioned<T>> storage, Action giveUp, ICatalogStore catalog, Func<T, long, CatalogEntry> describe, Func<long> nextSequence, Action shown)
    : Owned<T>(storage, giveUp, shown)
    where T : class, new()
{
    /// <summary>How far the story had come when the record was last written.</summary>
    public long Sequence => Storage.State.Sequence;

    /// <summary>Writes the catalog row again, in case the process ended between the two writes; what is not stored is not shown.</summary>
    public Task ShowAsync() => IsStored ? ShowStoredAsync() : Task.CompletedTask;

    protected override async Task WriteAsync()
    {
        if (!Storage.RecordExists)
        {
            // Registered before its first use, so that a restart finds it.
            await catalog.UpsertAsync(describe(Value, 0));
        }

        Storage.State = Storage.State with { Sequence = nextSequence() };
        await base.WriteAsync();
        await ShowStoredAsync();
    }

    // A change that came during the write has no version yet.
    private Task ShowStoredAsync() => catalog.UpsertAsync(describe(Storage.State.Value, Storage.State.Version));
}
