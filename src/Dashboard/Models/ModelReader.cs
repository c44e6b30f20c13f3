using Hermes.Client.Connection;
using Hermes.Client.Models;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Models;

/// <inheritdoc cref="IModelReader"/>
internal sealed class ModelReader(PlatformLink link) : IModelReader
{
    public Task<CatalogPage<ModelRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var page = await client.Models.ListPageAsync(filter, limit, token);
            return new CatalogPage<ModelRow>([.. page.Items.Select(ModelRow.Of)], page.Count);
        },
        cancellationToken);

    public Task<ModelView> GetAsync(string name, int? version, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            try
            {
                var model = await client.Models.GetAsync(name, token);
                var origins = ModelLineage.Of(model);
                var number = version ?? model.Live()?.Version ?? origins.Count;
                var chosen = number >= 1 && number <= origins.Count ? origins[number - 1] : null;
                return new ModelView(model, origins, chosen, chosen?.Update is { } update ? await client.Updates.FindAsync(update, token) : null);
            }
            catch (HermesException none) when (none.Remedy == Remedy.ListModels)
            {
                return ModelView.Absent;
            }
        },
        cancellationToken);
}
