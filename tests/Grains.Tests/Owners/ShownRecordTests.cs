using System.Threading.Channels;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Owners;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Owners;

public sealed class ShownRecordTests
{
    private readonly MemoryCatalog _catalog = new();
    private readonly SlowStorage _storage = new();
    private readonly ShownRecord<Note> _record;
    private readonly List<string> _told = [];
    private int _givenUp;

    public ShownRecordTests() => _record = new ShownRecord<Note>(
        _storage,
        () => _givenUp++,
        _catalog,
        (note, version) => new CatalogEntry("note", "n", version, note.Text, IsUnfinished: true, "{}", DateTimeOffset.UnixEpoch),
        () => 1,
        () => _told.Add(Shown()[^1].State));

    [Fact]
    public async Task A_record_is_registered_before_it_is_stored_first_and_shown_when_it_is()
    {
        var writing = _record.SetAsync(new Note { Text = "FIRST" });
        Assert.Equal([("FIRST", 0L)], Shown());
        Assert.Empty(_told);

        _storage.Finish();
        await writing;

        Assert.Equal([("FIRST", 0L), ("FIRST", 1L)], Shown());
        Assert.Equal(["FIRST"], _told);
    }

    [Fact]
    public async Task What_is_under_way_to_the_database_is_shown_to_nobody_who_is_woken_meanwhile()
    {
        await StoreAsync("FIRST");
        var writing = _record.SetAsync(new Note { Text = "SECOND" });

        await _record.ShowAsync();
        Assert.Equal(("FIRST", 1L), Shown()[^1]);

        _storage.Finish();
        await writing;
        Assert.Equal(("SECOND", 2L), Shown()[^1]);

        await _record.ShowAsync();
        Assert.Equal(("SECOND", 2L), Shown()[^1]);
    }

    [Fact]
    public async Task What_the_database_did_not_take_is_not_shown()
    {
        await StoreAsync("FIRST");
        var writing = _record.SetAsync(new Note { Text = "SECOND" });
        _storage.Finish(new HermesException("The database is away."));
        await Assert.ThrowsAsync<HermesException>(() => writing);

        await _record.ShowAsync();

        Assert.Equal(1, _givenUp);
        Assert.Equal(["FIRST"], _told);
        Assert.Equal(("FIRST", 1L), Shown()[^1]);
    }

    [Fact]
    public async Task A_change_that_comes_during_a_write_is_shown_with_its_own_version()
    {
        var first = _record.SetAsync(new Note { Text = "FIRST" });
        var second = _record.SetAsync(new Note { Text = "SECOND" });
        _storage.Finish();
        await first;
        _storage.Finish();
        await second;

        Assert.Equal([("FIRST", 0L), ("FIRST", 1L), ("SECOND", 2L)], Shown());
    }

    [Fact]
    public async Task Who_acts_on_a_record_waits_for_its_writes_and_hears_whether_the_last_was_taken()
    {
        Assert.True(await _record.IsStoredAsync());

        var (first, second, stored) = (_record.SetAsync(new Note { Text = "FIRST" }), _record.SetAsync(new Note { Text = "SECOND" }), _record.IsStoredAsync());
        _storage.Finish();
        await first;
        Assert.False(stored.IsCompleted);
        _storage.Finish();
        await second;
        Assert.True(await stored);

        (first, stored) = (_record.SetAsync(new Note { Text = "THIRD" }), _record.IsStoredAsync());
        _storage.Finish(new HermesException("The database is away."));
        await Assert.ThrowsAsync<HermesException>(() => first);
        Assert.False(await stored);
    }

    private async Task StoreAsync(string text)
    {
        var writing = _record.SetAsync(new Note { Text = text });
        _storage.Finish();
        await writing;
    }

    private List<(string State, long Version)> Shown() => [.. _catalog.Writes.Select(row => (row.State, row.Version))];

    private sealed record Note
    {
        public string Text { get; init; } = "";
    }

    /// <summary>A storage whose writes end when the test says so.</summary>
    private sealed class SlowStorage : IPersistentState<Versioned<Note>>
    {
        private readonly Channel<Exception?> _ends = Channel.CreateUnbounded<Exception?>();

        public Versioned<Note> State { get; set; } = new();

        public string? Etag => null;

        public bool RecordExists { get; private set; }

        /// <summary>Ends the write under way, or the next one: it may not have begun yet.</summary>
        public void Finish(Exception? failure = null) => Assert.True(_ends.Writer.TryWrite(failure));

        public async Task WriteStateAsync()
        {
            if (await _ends.Reader.ReadAsync() is { } failure)
            {
                throw failure;
            }

            RecordExists = true;
        }

        public Task ReadStateAsync() => throw new NotSupportedException();

        public Task ClearStateAsync() => throw new NotSupportedException();
    }
}
