using Hermes.Client;
using Hermes.Grains.Interfaces;

namespace Hermes.Dashboard.Platform;

/// <summary>The one client of this process: it connects when somebody first asks, and anew after it was given up.</summary>
internal sealed class PlatformLink(DashboardOptions options, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private Task<HermesClient>? _connection;

    /// <summary>Asks the platform; gives up nothing when that fails, because others may be asking too.</summary>
    /// <exception cref="PlatformAbsentException">No platform answers.</exception>
    /// <exception cref="HermesException">The platform refused, or cannot be used.</exception>
    public async Task<T> AskAsync<T>(Func<HermesClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        // On a busy machine connecting may take longer than one waits; who asks next goes on waiting for the same connection.
        var client = await Connection().WaitAsync(cancellationToken);
        return await ask(client, cancellationToken);
    }

    /// <summary>Gives up the connection, if it is made or has failed, so that the next who asks makes another.</summary>
    public async Task GiveUpAsync()
    {
        Task<HermesClient>? connection;
        lock (_gate)
        {
            if (_connection is not { IsCompleted: true })
            {
                return;
            }

            (connection, _connection) = (_connection, null);
        }

        await EndAsync(connection);
    }

    public async ValueTask DisposeAsync()
    {
        Task<HermesClient>? connection;
        lock (_gate)
        {
            (connection, _connection) = (_connection, null);
        }

        if (connection is not null)
        {
            await Task.WhenAny(connection, Task.Delay(TimeSpan.FromSeconds(2), time));
            await EndAsync(connection);
        }
    }

    private static async Task EndAsync(Task<HermesClient> connection)
    {
        if (connection.IsCompletedSuccessfully)
        {
            await connection.Result.DisposeAsync();
        }
    }

    private Task<HermesClient> Connection()
    {
        lock (_gate)
        {
            if (_connection is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _connection = ConnectAsync();
            }

            return _connection;
        }
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
