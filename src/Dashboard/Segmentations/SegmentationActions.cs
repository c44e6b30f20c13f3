using Hermes.Client.Segmentations;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Dashboard.Segmentations;

/// <inheritdoc cref="ISegmentationActions"/>
internal sealed class SegmentationActions(PlatformActions actions) : ISegmentationActions
{
    public Task<string> AskAsync(SegmentationQuestion question, ModelVersion model, CancellationToken cancellationToken) => actions.DoAsync(
        Role.Trainer,
        async (client, token) =>
        {
            var request = PromptResolution.Resolve(question, model);
            await client.Segmentations.AskAsync(request, token);
            return request.Key();
        },
        cancellationToken);

    public Task CancelAsync(string key, CancellationToken cancellationToken) => actions.DoAsync(
        Role.Trainer,
        async (client, token) =>
        {
            await client.Segmentations.CancelAsync(key, token);
            return key;
        },
        cancellationToken);
}
