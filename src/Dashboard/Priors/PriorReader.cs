using Hermes.Client.Models;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Dashboard.Priors;

/// <inheritdoc cref="IPriorReader"/>
internal sealed class PriorReader(PlatformLink link) : IPriorReader
{
    public Task<IReadOnlyList<ModelChoice>> GetModelsAsync(CancellationToken cancellationToken) => link.AskAsync<IReadOnlyList<ModelChoice>>(
        async (client, token) => await client.Models.ListAsync(token).Select(Choice).ToListAsync(token), cancellationToken);

    public Task<PriorMap> GetAsync(ModelReference model, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Priors.GetAsync(model, null, token), cancellationToken);

    public Task<float[]> GetSimilarityAsync(PriorView view, CancellationToken cancellationToken) =>
        link.AskAsync((client, token) => client.Priors.SimilarityAsync(view, token), cancellationToken);

    public Task<StudyReading> GetStudyAsync(ModelReference model, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var status = await client.Relations.GetAsync(model, token);
            return new StudyReading(status, await client.Relations.ReadAsync(status, token));
        },
        cancellationToken);

    private static ModelChoice Choice(ModelStatus model) => new(
        model.Name,
        [.. model.Versions.Where(v => !model.IsGone(v)).Select(v => v.Version).OrderDescending()],
        model.Live()?.Version);
}
