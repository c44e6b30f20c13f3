using System.Text.Json;
using Hermes.Client.Blobs;
using Hermes.Client.Connection;
using Hermes.Client.Models;
using Hermes.Client.Priors;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Client.Relations;

/// <summary>Studies of what tasks of a model version gain from each other.</summary>
public sealed class RelationClient
{
    private readonly PlatformConnection _connection;
    private readonly ModelClient _models;
    private readonly PriorClient _priors;
    private readonly BlobClient _blobs;

    internal RelationClient(PlatformConnection connection, ModelClient models, PriorClient priors, BlobClient blobs) =>
        (_connection, _models, _priors, _blobs) = (connection, models, priors, blobs);

    /// <summary>Says what a study would be, without beginning it; the priors of the version are compared first, if they were not yet.</summary>
    /// <exception cref="HermesException">There is no such version, or nothing of it can be studied.</exception>
    public async Task<RelationStudyPlan> PlanAsync(
        ModelReference model, RelationStudyRequest request, IProgress<ProgressEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        var map = await _priors.GetAsync(model, progress, cancellationToken).ConfigureAwait(false);
        return await CallAsync(Names.RelationStudyKey(map.Model, map.Version), (study, token) => study.PlanAsync(request, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a study, or goes on with one; returns at once.</summary>
    /// <exception cref="HermesException">There is no such version, the request is none, or a study with another request is under way.</exception>
    public Task<RelationStudyStatus> StartAsync(ModelReference model, RelationStudyRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(model, (study, token) => study.StartAsync(request, token), cancellationToken);

    /// <summary>Ends a study; what was measured stays.</summary>
    /// <exception cref="HermesException">There is no such version or no study of it.</exception>
    public Task<RelationStudyStatus> CancelAsync(ModelReference model, CancellationToken cancellationToken = default) =>
        CallAsync(model, (study, token) => study.CancelAsync(token), cancellationToken);

    /// <summary>Where the study of a version stands; absent where nobody asked for one.</summary>
    /// <exception cref="HermesException">There is no such version.</exception>
    public Task<RelationStudyStatus> GetAsync(ModelReference model, CancellationToken cancellationToken = default) =>
        CallAsync(model, (study, token) => study.GetAsync(token), cancellationToken);

    /// <summary>A part of the list of studies, in the order that the filter says.</summary>
    /// <param name="filter">Which, and how many of them stand before the part.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<CatalogPage<RelationStudyStatus>> ListPageAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken = default) =>
        CatalogReader.PageAsync<RelationStudyStatus>(_connection, CatalogKinds.RelationStudy, filter, limit, cancellationToken);

    /// <summary>Watches a study to its end.</summary>
    /// <param name="status">Where it stands.</param>
    /// <param name="progress">Told of every event of its story.</param>
    /// <param name="cancellationToken">Stops watching, not the study.</param>
    /// <returns>How it ended.</returns>
    public Task<RelationStudyStatus> FollowAsync(RelationStudyStatus status, IProgress<ProgressEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        return LongWork.EndAsync(
            status,
            s => s.State is not (RelationStudyState.Planning or RelationStudyState.Training),
            () => CallAsync(status.Version, (study, token) => study.GetAsync(token), cancellationToken),
            seen => _connection.WatchAsync((grains, after, token) => grains.GetGrain<IRelationStudyGrain>(status.Version).WatchAsync(after, token), seen, cancellationToken),
            progress);
    }

    /// <summary>What came of a study; null while it is not completed.</summary>
    /// <exception cref="HermesException">The platform does not hold it, or it is damaged.</exception>
    public async Task<RelationStudy?> ReadAsync(RelationStudyStatus status, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Document is not { } document ? null
            : JsonSerializer.Deserialize<RelationStudy>(await _blobs.ReadAsync(document, cancellationToken: cancellationToken).ConfigureAwait(false), WorkOrderJson.Options)
                ?? throw new HermesException($"Blob {document.Sha256} holds no study.");
    }

    private async Task<T> CallAsync<T>(ModelReference model, Func<IRelationStudyGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var version = await _models.ResolveAsync(model, cancellationToken).ConfigureAwait(false);
        return await CallAsync(Names.RelationStudyKey(version.Model, version.Version), call, cancellationToken).ConfigureAwait(false);
    }

    private Task<T> CallAsync<T>(string key, Func<IRelationStudyGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => call(grains.GetGrain<IRelationStudyGrain>(key), token), cancellationToken);
}
