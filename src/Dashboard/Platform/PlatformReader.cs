using Hermes.Client;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Platform;

/// <summary>
/// Reads what is under way at every look, and every few what is newest, which costs the platform more; after a failure the connection of all is given up and
/// made anew at the next look.
/// </summary>
internal sealed class PlatformReader(PlatformLink link, TimeProvider time) : IPlatformReader
{
    /// <summary>How many of the newest datasets, and of the newest runs, are read.</summary>
    public const int Newest = 10;

    /// <summary>Datasets or runs under way that are read at most.</summary>
    public const int Limit = 200;

    /// <summary>How long what is newest holds while nothing begins and nothing ends.</summary>
    public static readonly TimeSpan NewestHolds = TimeSpan.FromSeconds(10);

    private static readonly CatalogFilter UnderWay = new() { IsUnfinished = true };
    private static readonly CatalogFilter Latest = new() { Order = CatalogOrder.Newest };

    private Look? _newest;

    public async Task<PlatformContents> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await link.AskAsync(LookAsync, cancellationToken);
        }
        catch
        {
            _newest = null;
            await link.GiveUpAsync();
            throw;
        }
    }

    private async Task<PlatformContents> LookAsync(HermesClient client, CancellationToken cancellationToken)
    {
        var datasets = (await client.Datasets.ListPageAsync(UnderWay, Limit, cancellationToken)).Items;
        var runs = (await client.Runs.ListPageAsync(UnderWay, Limit, cancellationToken)).Items;
        var atWork = string.Join(' ', [.. datasets.Select(KeyOf), .. runs.Select(r => r.Name)]);
        if (_newest is not { } newest || newest.AtWork != atWork || time.GetElapsedTime(newest.At) > NewestHolds)
        {
            newest = _newest = new Look(
                time.GetTimestamp(),
                atWork,
                await client.Datasets.ListPageAsync(Latest, Newest, cancellationToken),
                await client.Runs.ListPageAsync(Latest, Newest, cancellationToken));
        }

        return new PlatformContents(
            [.. datasets.Concat(newest.Datasets.Items).DistinctBy(KeyOf).Where(d => d.Declaration is not null).Select(d => DatasetRow.Of(d.Declaration!, d))],
            [.. runs.Concat(newest.Runs.Items).DistinctBy(r => r.Name).OrderByDescending(r => r.Created).Select(RunRow.Of)],
            newest.Datasets.Count,
            newest.Runs.Count);
    }

    private static string KeyOf(DatasetStatus status) => $"{status.Declaration?.Site}/{status.Declaration?.Name}";

    private sealed record Look(long At, string AtWork, CatalogPage<DatasetStatus> Datasets, CatalogPage<RunStatus> Runs);
}
