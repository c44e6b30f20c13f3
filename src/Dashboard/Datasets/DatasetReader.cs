using System.Text.Json;
using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Interfaces.WorkOrders;

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

    public Task<bool> AskPreviewsAsync(string key, int version, int page, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Datasets.AskPreviewsAsync(key, version, page, token), cancellationToken);

    public Task<FoundCase?> FindCaseAsync(string key, int version, string caseId, CancellationToken cancellationToken) => link.AskAsync<FoundCase?>(
        async (client, token) =>
        {
            var standing = await client.Datasets.FindCaseAsync(key, version, caseId, token);
            if (standing is null || (await client.Datasets.GetAsync(key, token)).Declaration is not { } declaration)
            {
                return null;
            }

            var statistics = standing.Record.Facts.Preview is { } preview ? await client.Blobs.ReadAsync(preview.Statistics, cancellationToken: token) : null;
            return new FoundCase(standing, declaration, statistics is null ? null : JsonSerializer.Deserialize<VolumeStatistics>(statistics, WorkOrderJson.Options));
        },
        cancellationToken);

    public Task<DatasetLearning> GetLearningAsync(string key, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var status = await client.Datasets.GetAsync(key, token);
            var models = await client.Models.ListPageAsync(new CatalogFilter(), Offered, token);
            var updates = new List<UpdateStatus>();
            foreach (var name in DatasetLearning.UpdatesOf(status).Take(DatasetLearning.UpdatesTold))
            {
                if (await client.Updates.FindAsync(name, token) is { } update)
                {
                    updates.Add(update);
                }
            }

            return DatasetLearning.Of(key, status, models.Items, updates);
        },
        cancellationToken);

    public Task<IReadOnlyList<Failure>> GetProblemsAsync(string key, int page, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Datasets.GetProblemPageAsync(key, page, token), cancellationToken);
}
