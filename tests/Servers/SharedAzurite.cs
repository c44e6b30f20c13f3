namespace Hermes.Tests;

/// <summary>One Azurite for many tests, each with a container of its own; begun by the first, so that a test is skipped where there is none.</summary>
public sealed class SharedAzurite : IAsyncLifetime
{
    private readonly Lazy<Task<AzuriteServer>> _server = new(AzuriteServer.StartAsync);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    internal Task<AzuriteServer> ServerAsync() => _server.Value;
}
