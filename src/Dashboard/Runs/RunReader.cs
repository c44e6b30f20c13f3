using System.Runtime.CompilerServices;
using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <inheritdoc cref="IRunReader"/>
internal sealed class RunReader(PlatformLink link) : IRunReader
{
    public Task<CatalogPage<RunRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var page = await client.Runs.ListPageAsync(filter, limit, token);
            return new CatalogPage<RunRow>([.. page.Items.Select(RunRow.Of)], page.Count);
        },
        cancellationToken);

    public async Task<RunStatus?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await link.AskAsync((client, token) => client.Runs.GetAsync(name, token), cancellationToken);
        }
        catch (HermesException absent) when (absent.Remedy == Remedy.ListRuns)
        {
            return null;
        }
    }

    public async IAsyncEnumerable<ProgressEvent> WatchAsync(string name, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var story = await link.AskAsync((client, token) => Task.FromResult(client.Runs.WatchAsync(name, afterSequence, token)), cancellationToken);
        await foreach (var happened in story.WithCancellation(cancellationToken))
        {
            yield return happened;
        }
    }

    public Task<byte[]> ReadAsync(BlobRef blob, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Blobs.ReadAsync(blob, cancellationToken: token), cancellationToken);
}
