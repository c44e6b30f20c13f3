using Hermes.Client;
using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Updates;

/// <inheritdoc cref="IUpdateReader"/>
internal sealed class UpdateReader(PlatformLink link) : IUpdateReader
{
    public Task<CatalogPage<UpdateRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var page = await client.Updates.ListPageAsync(filter, limit, token);
            return new CatalogPage<UpdateRow>([.. page.Items.Select(UpdateRow.Of)], page.Count);
        },
        cancellationToken);

    public Task<UpdateView> GetAsync(string name, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var update = await client.Updates.FindAsync(name, token);
            return update is null ? UpdateView.Absent : new UpdateView(update, await RunsAsync(client, update, token));
        },
        cancellationToken);

    private static async Task<IReadOnlyDictionary<string, RunStatus>> RunsAsync(HermesClient client, UpdateStatus update, CancellationToken cancellationToken)
    {
        var runs = new Dictionary<string, RunStatus>(StringComparer.Ordinal);
        var learning = update.Trunks.Where(t => t.Learned is null).Select(t => t.Run).Concat(update.Branches.Where(b => b.Learned is null).Select(b => b.Run));
        foreach (var name in learning.Distinct(StringComparer.Ordinal))
        {
            try
            {
                runs[name] = await client.Runs.GetAsync(name, cancellationToken);
            }
            catch (HermesException none) when (none.Remedy == Remedy.ListRuns)
            {
                // It is not begun yet.
            }
        }

        return runs;
    }
}
