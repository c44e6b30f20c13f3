using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Platform;

/// <summary>Reads the catalog through one client, which is given up after a failure and made anew at the next look.</summary>
internal sealed class PlatformReader(DashboardOptions options, TimeProvider time) : IPlatformReader
{
    /// <summary>Datasets or runs that are read at most.</summary>
    public const int Limit = 1000;

    private HermesClient? _client;

    public async Task<PlatformContents> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _client ??= await ConnectAsync(cancellationToken);
            var datasets = await ReadDatasetsAsync(_client, cancellationToken);
            var runs = await ReadRunsAsync(_client, cancellationToken);
            return new PlatformContents(
                [.. datasets.Take(Limit)],
                [.. runs.Take(Limit).OrderByDescending(r => r.Created)],
                IsCutOff: datasets.Count > Limit || runs.Count > Limit);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is { } client)
        {
            await client.DisposeAsync();
        }
    }

    private static async Task<List<DatasetRow>> ReadDatasetsAsync(HermesClient client, CancellationToken cancellationToken)
    {
        var rows = new List<DatasetRow>();
        await foreach (var listed in client.Datasets.ListAsync(cancellationToken).Take(Limit + 1))
        {
            if (listed.Declaration is { } declaration)
            {
                // The catalog is told of changes of state; how far an add has come, its owner knows.
                var isUnderWay = listed.State is DatasetState.Staging or DatasetState.Ingesting;
                var status = isUnderWay
                    ? await client.Datasets.GetAsync(Names.DatasetKey(declaration.Site, declaration.Name), cancellationToken)
                    : listed;
                rows.Add(DatasetRow.Of(declaration, status));
            }
        }

        return rows;
    }

    private static async Task<List<RunRow>> ReadRunsAsync(HermesClient client, CancellationToken cancellationToken)
    {
        var rows = new List<RunRow>();
        await foreach (var listed in client.Runs.ListAsync(cancellationToken).Take(Limit + 1))
        {
            var isUnderWay = listed.State is RunState.Running or RunState.Cancelling or RunState.Interrupted;
            rows.Add(RunRow.Of(isUnderWay ? await client.Runs.GetAsync(listed.Name, cancellationToken) : listed));
        }

        return rows;
    }

    private async Task<HermesClient> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await HermesClient.ConnectAsync(options.Address, time, cancellationToken);
        }
        catch (HermesException nobody) when (nobody.InnerException is HttpRequestException { StatusCode: null } or OperationCanceledException)
        {
            throw new PlatformAbsentException(options.Address, nobody);
        }
    }
}
