using System.Runtime.CompilerServices;
using Hermes.Client;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Platform;

/// <summary>
/// Reads what is under way at every look, and what is newest, which costs the platform more, when that may have changed and every few looks; after a failure the
/// connection of all is given up and made anew at the next look.
/// </summary>
internal sealed class PlatformReader(PlatformLink link, TimeProvider time) : IPlatformReader
{
    /// <summary>How many of the newest datasets, and of the newest runs, are read.</summary>
    public const int Newest = 10;

    /// <summary>How many of the newest events are read.</summary>
    public const int NewestEvents = 5;

    /// <summary>Datasets under way, or runs in one state, that are read at most.</summary>
    public const int Limit = 200;

    /// <summary>How long what is newest holds while nothing begins and nothing ends.</summary>
    public static readonly TimeSpan NewestHolds = TimeSpan.FromSeconds(10);

    private static readonly CatalogFilter UnderWay = new() { IsUnfinished = true };
    private static readonly CatalogFilter Failed = new() { State = RunState.Failed.Word(), Order = CatalogOrder.Newest };
    private static readonly CatalogFilter Latest = new() { Order = CatalogOrder.Newest };

    private Look? _newest;

    public async Task<PlatformContents> ReadAsync(bool isAnew, CancellationToken cancellationToken)
    {
        try
        {
            _newest = isAnew ? null : _newest;
            return await link.AskAsync(LookAsync, cancellationToken);
        }
        catch
        {
            _newest = null;
            await link.GiveUpAsync();
            throw;
        }
    }

    public async IAsyncEnumerable<PlatformChanges> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = await link.AskAsync((client, token) => Task.FromResult(client.WatchAsync(token)), cancellationToken);
        await foreach (var bundle in changes.WithCancellation(cancellationToken))
        {
            yield return bundle;
        }
    }

    /// <summary>Runs under way. Each state is asked for by itself: however many wait, they hide none that is worked on.</summary>
    /// <param name="list">Lists a part of the runs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<IReadOnlyList<RunStatus>> UnderWayAsync(
        Func<CatalogFilter, int, CancellationToken, Task<CatalogPage<RunStatus>>> list, CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(RunRow.UnderWay.Select(state => list(Latest with { State = state.Word() }, Limit, cancellationToken)));
        return [.. parts.SelectMany(p => p.Items)];
    }

    private async Task<PlatformContents> LookAsync(HermesClient client, CancellationToken cancellationToken)
    {
        var datasets = (await client.Datasets.ListPageAsync(UnderWay, Limit, cancellationToken)).Items;
        var runs = await UnderWayAsync(client.Runs.ListPageAsync, cancellationToken);
        var atWork = string.Join(' ', [.. datasets.Select(KeyOf), .. runs.Select(r => $"{r.Name} {r.State}").Order(StringComparer.Ordinal)]);
        if (_newest is not { } newest || newest.AtWork != atWork || time.GetElapsedTime(newest.At) > NewestHolds)
        {
            var latest = await client.Datasets.ListPageAsync(Latest, Newest, cancellationToken);
            newest = _newest = new Look(
                time.GetTimestamp(),
                atWork,
                latest,
                await client.Runs.ListPageAsync(Latest, Newest, cancellationToken),
                await SummariseAsync(client, Rows(datasets.Concat(latest.Items)), runs, cancellationToken));
        }

        return new PlatformContents(
            [.. Rows(datasets.Concat(newest.Datasets.Items))],
            [.. RunRow.InOrder(runs.Concat(newest.Runs.Items).DistinctBy(r => r.Name).Select(RunRow.Of))],
            newest.Datasets.Count,
            newest.Runs.Count)
        {
            Summary = newest.Summary,
        };
    }

    private async Task<PlatformSummary> SummariseAsync(
        HermesClient client, IEnumerable<DatasetRow> datasets, IReadOnlyList<RunStatus> underWay, CancellationToken cancellationToken)
    {
        try
        {
            var description = client.DescribeAsync(cancellationToken);
            var troubles = client.TroublesAsync(cancellationToken);
            var queue = client.Queue.GetAsync(cancellationToken);
            var segmentations = client.Segmentations.ListPageAsync(UnderWay, 1, cancellationToken);
            var failedRuns = client.Runs.ListPageAsync(Failed, Newest, cancellationToken);
            var updates = client.Updates.ListPageAsync(Latest, Newest, cancellationToken);
            var failedEvents = client.Events.ListPageAsync(Failed, Alerts.Told + 1, cancellationToken);
            var events = client.Events.ListPageAsync(Latest, NewestEvents, cancellationToken);
            await Task.WhenAll(description, troubles, queue, segmentations, failedRuns, updates, failedEvents, events);

            var (silos, waiting, failed, now) = ((await description).Members ?? [], await queue, await failedEvents, time.GetUtcNow());
            return PlatformSummary.Of(silos, waiting) with
            {
                Segmentations = (await segmentations).Count,
                Events = [.. (await events).Items.Select(EventRow.Of)],
                Alerts =
                [
                    .. Alerts.Of(await troubles), .. Alerts.Of(silos), .. Alerts.Of(waiting),
                    .. Alerts.Of(underWay, (await failedRuns).Items, now), .. Alerts.Of((await updates).Items, now),
                    .. Alerts.Of(failed.Items.Select(EventRow.Of), failed.Count), .. Alerts.Of(datasets),
                ],
            };
        }
        catch (HermesException refused)
        {
            // What is under way is shown all the same.
            return new PlatformSummary
            {
                Alerts = [new Alert(true, $"Not all of the platform could be looked at: {refused.Message}", refused.Hint ?? "It is looked at again in some seconds.", AlertAbout.Platform)],
            };
        }
    }

    private static IEnumerable<DatasetRow> Rows(IEnumerable<DatasetStatus> datasets) =>
        datasets.DistinctBy(KeyOf).Where(d => d.Declaration is not null).Select(d => DatasetRow.Of(d.Declaration!, d));

    private static string KeyOf(DatasetStatus status) => $"{status.Declaration?.Site}/{status.Declaration?.Name}";

    private sealed record Look(long At, string AtWork, CatalogPage<DatasetStatus> Datasets, CatalogPage<RunStatus> Runs, PlatformSummary Summary);
}
