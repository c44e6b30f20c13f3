using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Catalog;

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
}
