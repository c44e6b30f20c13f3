using Azure.Storage.Blobs;

namespace Hermes.Tests;

/// <summary>
/// Azurite, which answers as Azure Blob Storage does: the one at HERMES_TEST_AZURITE (a connection string), else one of the test's own, from a Docker engine
/// or from npm, whichever is there.
/// </summary>
internal abstract class AzuriteServer(string connectionString) : OutsideServer<Azure.RequestFailedException>
{
    /// <summary>How its only account is reached, with its key.</summary>
    public string ConnectionString { get; } = connectionString;

    /// <summary>A server that answers; without one the test is skipped, or fails where HERMES_TEST_REQUIRE names <c>azurite</c>.</summary>
    public static Task<AzuriteServer> StartAsync() => ChooseAsync<AzuriteServer>(
        "azurite",
        given => new Foreign(given),
        ContainedAzurite.TryStartAsync,
        NativeAzurite.Find,
        "azurite-blob");

    /// <summary>A container of a name that nobody else has: the server may be somebody else's.</summary>
    /// <param name="options">How it is asked.</param>
    public BlobContainerClient NewContainer(BlobClientOptions? options = null) => new(ConnectionString, $"hermes-test-{Guid.NewGuid():n}", options);

    protected static string Key() => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Secret()));

    protected override async Task ConnectAsync()
    {
        var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        await new BlobServiceClient(ConnectionString, options).GetPropertiesAsync();
    }

    /// <summary>One that somebody else runs.</summary>
    private sealed class Foreign(string connectionString) : AzuriteServer(connectionString)
    {
        public override Task StopAsync()
        {
            Skip.If(true, "The server is not the test's to stop.");
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override Task BeginAsync() => Task.CompletedTask;
    }
}
