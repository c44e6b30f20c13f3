using System.Runtime.CompilerServices;
using Hermes.Client.Connection;
using Hermes.Client.Models;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Dashboard.Segmentations;

/// <inheritdoc cref="ISegmentationReader"/>
internal sealed class SegmentationReader(PlatformLink link) : ISegmentationReader
{
    public Task<IReadOnlyList<ModelVersion>> GetModelsAsync(CancellationToken cancellationToken) => link.AskAsync<IReadOnlyList<ModelVersion>>(
        async (client, token) => await client.Models.ListAsync(token).Select(model => model.Live()).Where(v => v is not null).Select(v => v!).ToListAsync(token),
        cancellationToken);

    public Task<ModelVersion> GetModelAsync(ModelReference model, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Models.ResolveAsync(model, token), cancellationToken);

    public Task<CatalogPage<AnswerRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var page = await client.Segmentations.ListPageAsync(filter, limit, token);
            return new CatalogPage<AnswerRow>([.. page.Items.Where(s => s.Request is not null).Select(s => AnswerRow.Of(s.Request!, s))], page.Count);
        },
        cancellationToken);

    public Task<SegmentationStatus> GetAsync(string key, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Segmentations.GetAsync(key, token), cancellationToken);

    public async IAsyncEnumerable<ProgressEvent> WatchAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var story = await link.AskAsync((client, token) => Task.FromResult(client.Segmentations.WatchAsync(key, 0, token)), cancellationToken);
        await foreach (var happened in story.WithCancellation(cancellationToken))
        {
            yield return happened;
        }
    }
}
