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

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(60);

    private Task<HermesClient>? _connection;

    public async Task<PlatformContents> ReadAsync(CancellationToken cancellationToken)
    {
        var connection = _connection ??= ConnectAsync();
        try
        {
            var client = await connection.WaitAsync(cancellationToken);
            var datasets = await ReadDatasetsAsync(client, cancellationToken);
            var runs = await ReadRunsAsync(client, cancellationToken);
            return new PlatformContents(
                [.. datasets.Take(Limit)],
                [.. runs.Take(Limit).OrderByDescending(r => r.Created)],
                IsCutOff: datasets.Count > Limit || runs.Count > Limit);
        }
        catch (OperationCanceledException) when (!connection.IsCompleted)
        {
            // On a busy machine connecting may take longer than a look; the next one goes on waiting for the same connection.
            throw;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await Task.WhenAny(connection, Task.Delay(TimeSpan.FromSeconds(2), time));
            if (connection.IsCompletedSuccessfully)
            {
                await connection.Result.DisposeAsync();
            }
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
                var status = listed.State.IsUnderWay()
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

    private async Task<HermesClient> ConnectAsync()
    {
        using var patience = new CancellationTokenSource(ConnectPatience, time);
        try
        {
            return await HermesClient.ConnectAsync(options.Address, time, options.TokenFile, options.Tls, patience.Token);
        }
        catch (HermesException nobody) when (nobody.InnerException is HttpRequestException { StatusCode: null } or OperationCanceledException)
        {
            throw new PlatformAbsentException(options.Address, nobody);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new HermesException($"The platform at {options.Address} answers, but connecting to it took longer than {ConnectPatience.TotalSeconds:0} s.");
        }
    }
}
