using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Datasets;

/// <inheritdoc cref="IDatasetReader"/>
internal sealed class DatasetReader(PlatformLink link) : IDatasetReader
{
    // What a browser offers while somebody writes; a task beyond it is found all the same.
    private const int Offered = 500;

    public Task<CatalogPage<DatasetRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var page = await client.Datasets.ListPageAsync(filter, limit, token);
            return new CatalogPage<DatasetRow>([.. page.Items.Where(d => d.Declaration is not null).Select(d => DatasetRow.Of(d.Declaration!, d))], page.Count);
        },
        cancellationToken);

    public Task<DatasetWords> GetWordsAsync(CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var facets = await client.Datasets.GetFacetsAsync(token);
            var tasks = await client.Tasks.ListAsync(token);
            return new DatasetWords([.. facets.Sites.Take(Offered)], facets.Modalities, [.. tasks.Select(t => t.Task).Order(StringComparer.Ordinal).Take(Offered)]);
        },
        cancellationToken);

    public Task<DatasetStatus> GetAsync(string key, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Datasets.GetAsync(key, token), cancellationToken);

    public Task<IReadOnlyList<CaseRecord>> GetCasesAsync(string key, int version, int page, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Datasets.GetCasePageAsync(key, version, page, token), cancellationToken);

    public Task<IReadOnlyList<Failure>> GetProblemsAsync(string key, int page, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Datasets.GetProblemPageAsync(key, page, token), cancellationToken);
}
