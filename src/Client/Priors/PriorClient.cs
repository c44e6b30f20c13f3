using System.Runtime.InteropServices;
using System.Text.Json;
using Hermes.Client.Blobs;
using Hermes.Client.Connection;
using Hermes.Client.Models;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Client.Priors;

/// <summary>How the learned priors of models relate.</summary>
public sealed class PriorClient
{
    private readonly PlatformConnection _connection;
    private readonly ModelClient _models;
    private readonly BlobClient _blobs;

    internal PriorClient(PlatformConnection connection, ModelClient models, BlobClient blobs) => (_connection, _models, _blobs) = (connection, models, blobs);

    /// <summary>Asks for the prior map of a model version and waits for it; one that exists is given at once.</summary>
    /// <param name="model">The version.</param>
    /// <param name="progress">Told of every event of its story.</param>
    /// <param name="cancellationToken">Gives up waiting; the map is made all the same.</param>
    /// <exception cref="HermesException">There is no such version, or the map could not be made.</exception>
    public async Task<PriorMap> GetAsync(ModelReference model, IProgress<ProgressEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        var version = await _models.ResolveAsync(model, cancellationToken).ConfigureAwait(false);
        var status = await LongWork.EndAsync(
            await CallAsync((map, token) => map.AskAsync(token)).ConfigureAwait(false),
            s => s.State != PriorMapState.Queued,
            () => CallAsync((map, token) => map.GetAsync(token)),
            seen => _connection.WatchAsync((grains, after, token) => Grain(grains).WatchAsync(after, token), seen, cancellationToken),
            progress).ConfigureAwait(false);
        return status switch
        {
            { State: PriorMapState.Completed, Map: { } map } => await ReadAsync(map, cancellationToken).ConfigureAwait(false),
            { Cause: { } cause } => throw cause.ToException(),
            _ => throw new HermesException($"The platform lost the prior map of {version.Model}@{version.Version}.", hint: "Ask again."),
        };

        Task<PriorMapStatus> CallAsync(Func<IPriorMapGrain, CancellationToken, Task<PriorMapStatus>> call) =>
            _connection.CallAsync((grains, token) => call(Grain(grains), token), cancellationToken);

        IPriorMapGrain Grain(IGrainFactory grains) => grains.GetGrain<IPriorMapGrain>(Names.PriorMapKey(version.Model, version.Version));
    }

    /// <summary>The cosines of a view [N, N], row by row.</summary>
    /// <exception cref="HermesException">The platform does not hold them, or they are damaged.</exception>
    public async Task<float[]> SimilarityAsync(PriorView view, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        return MemoryMarshal.Cast<byte, float>(await _blobs.ReadAsync(view.Similarity, cancellationToken: cancellationToken).ConfigureAwait(false)).ToArray();
    }

    private async Task<PriorMap> ReadAsync(BlobRef map, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<PriorMap>(await _blobs.ReadAsync(map, cancellationToken: cancellationToken).ConfigureAwait(false), WorkOrderJson.Options)
        ?? throw new HermesException($"Blob {map.Sha256} holds no prior map.");
}
