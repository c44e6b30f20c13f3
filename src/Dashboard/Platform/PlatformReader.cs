using System.Runtime.CompilerServices;
using Hermes.Client;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

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

    /// <summary>Updates, studies or questions under way that are read at most.</summary>
    public const int Told = 5;

    /// <summary>How long what is newest holds while nothing begins and nothing ends.</summary>
    public static readonly TimeSpan NewestHolds = TimeSpan.FromSeconds(10);

    private static readonly CatalogFilter UnderWay = new() { IsUnfinished = true };
    private static readonly CatalogFilter Latest = new() { Order = CatalogOrder.Newest };
    private static readonly CatalogFilter AtWork = Latest with { IsUnfinished = true };
    private static readonly CatalogFilter Failed = Latest with { State = RunState.Failed.Word() };
    private static readonly CatalogFilter Refused = Latest with { State = DatasetState.Ready.Word(), IsRefused = true };

    // The worst first.
    private static readonly UpdateState[] Waiting = [UpdateState.Failed, UpdateState.Rejected, UpdateState.Certified];

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

    /// <summary>As many of a list as are told one by one and one more, if there are as many, however many that are not told stand between them.</summary>
    /// <typeparam name="T">What is listed.</typeparam>
    /// <param name="list">Lists a part of it.</param>
    /// <param name="filter">Which, the latest change first.</param>
    /// <param name="isTold">Whether one is told.</param>
    /// <param name="isNews">Whether one is news; behind a part without any, nobody looks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<IReadOnlyList<T>> ToldAsync<T>(
        Func<CatalogFilter, int, CancellationToken, Task<CatalogPage<T>>> list,
        CatalogFilter filter,
        Func<T, bool> isTold,
        Func<T, bool> isNews,
        CancellationToken cancellationToken)
    {
        var told = new List<T>();
        for (var (skip, isOver) = (0, false); !isOver && told.Count <= Alerts.Told; skip += Newest)
        {
            var items = (await list(filter with { Skip = skip }, Newest, cancellationToken)).Items;
            told.AddRange(items.Where(i => isTold(i) && isNews(i)));
            isOver = items.Count < Newest || !items.Any(isNews);
        }

        return told;
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
                await LookAroundAsync(client, runs, cancellationToken));
        }

        return new PlatformContents(
            [.. Rows(datasets.Concat(newest.Datasets.Items))],
            [.. RunRow.InOrder(runs.Concat(newest.Runs.Items).DistinctBy(r => r.Name).Select(RunRow.Of))],
            newest.Datasets.Count,
            newest.Runs.Count)
        {
            Summary = newest.Around.Summary,
            Work = [.. newest.Around.Updates.Select(u => WorkRow.Of(u, runs)), .. newest.Around.Others],
            MoreWork = newest.Around.More,
        };
    }

    private async Task<Around> LookAroundAsync(HermesClient client, IReadOnlyList<RunStatus> underWay, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            var description = client.DescribeAsync(cancellationToken);
            var troubles = client.TroublesAsync(cancellationToken);
            var queue = client.Queue.GetAsync(cancellationToken);
            var questions = QuestionsUnderWay.ReadAsync(client, cancellationToken);
            var updatesUnderWay = client.Updates.ListPageAsync(AtWork, Told, cancellationToken);
            var studies = client.Relations.ListPageAsync(AtWork, Told, cancellationToken);
            var failedRuns = ToldAsync(client.Runs.ListPageAsync, Failed, Alerts.IsTold, run => Alerts.IsNews(run, now), cancellationToken);
            var updates = Task.WhenAll(Waiting.Select(state => ToldAsync(
                client.Updates.ListPageAsync, Latest with { State = state.Word() }, Alerts.IsTold, update => Alerts.IsNews(update, now), cancellationToken)));
            var failedQuestions = ToldAsync(client.Segmentations.ListPageAsync, Failed, Alerts.IsTold, question => Alerts.IsNews(question, now), cancellationToken);
            var failedStudies = ToldAsync(client.Relations.ListPageAsync, Failed, _ => true, study => Alerts.IsNews(study, now), cancellationToken);
            var refused = client.Datasets.ListPageAsync(Refused, Alerts.Told + 1, cancellationToken);
            var failedEvents = client.Events.ListPageAsync(Failed, Alerts.Told + 1, cancellationToken);
            var events = client.Events.ListPageAsync(Latest, NewestEvents, cancellationToken);
            await Task.WhenAll(
                description, troubles, queue, questions, updatesUnderWay, studies, failedRuns, failedQuestions, failedStudies, updates, refused, failedEvents, events);

            var (silos, waiting, failed) = ((await description).Members ?? [], await queue, await failedEvents);
            var summary = PlatformSummary.Of(silos, new QueueView(waiting, await questions)) with
            {
                Events = [.. (await events).Items.Select(EventRow.Of)],
                Alerts =
                [
                    .. Alerts.Of(await troubles), .. Alerts.Of(silos), .. Alerts.Of(waiting),
                    .. Alerts.Of(underWay, await failedRuns, now), .. Alerts.Of((await updates).SelectMany(u => u), now),
                    .. Alerts.Of(await failedQuestions, now), .. Alerts.Of(await failedStudies, now),
                    .. Alerts.Of(failed.Items.Select(EventRow.Of), failed.Count), .. Alerts.Of(Rows((await refused).Items)),
                ],
            };
            var (growing, studying, asking) = (await updatesUnderWay, await studies, await questions);
            var told = asking.Rows.Take(Told).ToList();
            return new Around(
                summary,
                growing.Items,
                [.. studying.Items.Select(WorkRow.Of), .. told],
                growing.Count + studying.Count + asking.Count - growing.Items.Count - studying.Items.Count - told.Count);
        }
        catch (HermesException failure)
        {
            // Datasets and runs under way are shown all the same.
            var summary = new PlatformSummary
            {
                Alerts = [new Alert(true, $"Not all of the platform could be looked at: {failure.Message}", failure.Hint ?? "It is looked at again in some seconds.", AlertAbout.Platform)],
            };
            return new Around(summary, [], [], 0);
        }
    }

    private static IEnumerable<DatasetRow> Rows(IEnumerable<DatasetStatus> datasets) =>
        datasets.DistinctBy(KeyOf).Where(d => d.Declaration is not null).Select(d => DatasetRow.Of(d.Declaration!, d));

    private static string KeyOf(DatasetStatus status) => $"{status.Declaration?.Site}/{status.Declaration?.Name}";

    private sealed record Look(long At, string AtWork, CatalogPage<DatasetStatus> Datasets, CatalogPage<RunStatus> Runs, Around Around);

    private sealed record Around(PlatformSummary Summary, IReadOnlyList<UpdateStatus> Updates, IReadOnlyList<WorkRow> Others, int More);
}
