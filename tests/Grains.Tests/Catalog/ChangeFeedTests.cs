using System.Diagnostics;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Catalog;

/// <summary>What changes at any silo of a cluster is told to who watches, in a moment and in few messages.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ChangeFeedTests : IAsyncLifetime
{
    // What a page has in all is a second.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HermesCluster _cluster = new() { Silos = 3 };

    private IChangeFeedGrain Feed => _cluster.Grains.GetGrain<IChangeFeedGrain>(0);

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_change_at_any_silo_is_told_in_a_moment_and_silence_is_filled()
    {
        await using var watch = await WatchAsync();

        foreach (var (place, silo) in _cluster.Changes.Index())
        {
            var change = new PlatformChange("note", $"{place}");
            var since = Stopwatch.StartNew();
            silo.Note(change);
            await ReadUntilAsync(watch, changes => changes.Changes.Contains(change));
            Assert.InRange(since.Elapsed, TimeSpan.Zero, Moment);
        }

        await ReadUntilAsync(watch, changes => changes.IsHeartbeat);
    }

    [Fact]
    public async Task What_owners_and_the_queue_do_is_told()
    {
        await using var watch = await WatchAsync();

        var dataset = await _cluster.ReadyDatasetAsync();
        await ReadUntilAsync(watch, changes => changes.Changes.Contains(new PlatformChange(CatalogKinds.Dataset, dataset)));

        await _cluster.Run("a").StartAsync("start", new RunRequest { Datasets = [dataset], Preset = "tiny", Steps = 2, DeviceKind = "cuda" });
        var told = new HashSet<string>();
        await ReadUntilAsync(watch, changes =>
        {
            told.UnionWith(changes.Changes.Where(c => !c.IsProgress).Select(c => c.Kind));
            return told.IsSupersetOf([CatalogKinds.Run, PlatformChange.Queue]);
        });
    }

    [Fact]
    public async Task Thousands_of_changes_are_few_messages_and_who_notes_them_waits_for_none()
    {
        await using var watch = await WatchAsync();
        var last = new PlatformChange("note", "last");

        var since = Stopwatch.StartNew();
        for (var i = 0; i < 30_000; i++)
        {
            _cluster.Changes[i % 3].Note(new PlatformChange("note", $"{i % 5_000}", IsProgress: true));
        }

        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await ReadUntilAsync(watch, changes => changes.IsEverything);
        await Task.Delay(Moment);
        _cluster.Changes[0].Note(last);
        var messages = await ReadUntilAsync(watch, changes => changes.Changes.Contains(last));

        // One bundle of each silo in a tenth of a second, at most.
        Assert.InRange(messages, 1, 10 * 3 * (int)Math.Ceiling(since.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task Where_the_silo_with_the_feed_is_lost_another_goes_on()
    {
        await (await WatchAsync()).DisposeAsync();
        await _cluster.LoseSiloOfAsync(Feed);
        Assert.Equal(2, _cluster.Changes.Count);

        foreach (var (place, silo) in _cluster.Changes.Index())
        {
            // What is noted before the feed is there again is covered by its first message, which says that everything may have changed.
            silo.Note(new PlatformChange("note", "meanwhile"));
            await using var watch = await Eventually.HoldsAsync(TryWatchAsync, w => w is not null);
            var change = new PlatformChange("note", $"after {place}");
            silo.Note(change);
            await ReadUntilAsync(watch!, changes => changes.Changes.Contains(change));
        }
    }

    private async Task<IAsyncEnumerator<PlatformChanges>?> TryWatchAsync()
    {
        try
        {
            return await WatchAsync();
        }
        catch (Exception lost) when (lost is OrleansException or TimeoutException)
        {
            return null;
        }
    }

    private async Task<IAsyncEnumerator<PlatformChanges>> WatchAsync()
    {
        var watch = Feed.WatchAsync().WithBatchSize(1).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.True(watch.Current.IsEverything);
        return watch;
    }

    // How many messages that took, heartbeats not counted.
    private static async Task<int> ReadUntilAsync(IAsyncEnumerator<PlatformChanges> watch, Predicate<PlatformChanges> isIt)
    {
        var messages = 0;
        var since = Stopwatch.StartNew();
        while (await watch.MoveNextAsync())
        {
            messages += watch.Current.IsHeartbeat ? 0 : 1;
            if (isIt(watch.Current))
            {
                return messages;
            }

            Assert.InRange(since.Elapsed, TimeSpan.Zero, Patience);
        }

        throw new EnumerationAbortedException("It ended.");
    }
}
