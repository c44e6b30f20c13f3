using System.Runtime.CompilerServices;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Models;

/// <summary>Models and their versions.</summary>
public sealed class ModelClient
{
    private readonly PlatformConnection _connection;

    internal ModelClient(PlatformConnection connection) => _connection = connection;

    /// <summary>A model with all its versions.</summary>
    /// <exception cref="HermesException">There is no such model.</exception>
    public async Task<ModelStatus> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "model");
        var status = await _connection.CallAsync((grains, token) => grains.GetGrain<IModelGrain>(name).GetAsync(token), cancellationToken).ConfigureAwait(false);
        return status.Versions.Count > 0 ? status : throw new HermesException(
            $"There is no model '{name}'.").With(Remedy.ListModels);
    }

    /// <summary>The version a reference names; the live one when it names none.</summary>
    /// <exception cref="HermesException">There is no such model or version.</exception>
    public Task<ModelVersion> ResolveAsync(ModelReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        Names.Require(reference.Name, "model");
        return _connection.CallAsync((grains, token) => grains.GetGrain<IModelGrain>(reference.Name).ResolveAsync(reference.Version, token), cancellationToken);
    }

    /// <summary>Makes a version that exists live.</summary>
    /// <param name="reference">The version, or an alias such as the candidate.</param>
    /// <param name="drop">Prompt groups that are answered now and are not by it, all of them.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <returns>The version that is live.</returns>
    /// <exception cref="HermesException">There is no such version, it was taken out, or other prompt groups would vanish than those named.</exception>
    public Task<ModelVersion> MakeLiveAsync(ModelReference reference, IReadOnlyList<string> drop, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        Names.Require(reference.Name, "model");
        var (commandId, version) = (CommandId.New(), reference.Version ?? throw new HermesException($"Which version of {reference.Name} is to be live?"));
        return _connection.CallAsync((grains, token) => grains.GetGrain<IModelGrain>(reference.Name).MakeLiveAsync(commandId, version, drop, token), cancellationToken);
    }

    /// <summary>Takes one promotion back; what others promoted since stays.</summary>
    /// <param name="name">The model.</param>
    /// <param name="promotion">Which, an update's or run's name; null for the last that was not taken back.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <returns>The version that is live.</returns>
    /// <exception cref="HermesException">There is no such promotion, or it cannot be taken back; the message says why.</exception>
    public Task<ModelVersion> RollbackAsync(string name, string? promotion = null, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "model");
        var commandId = CommandId.New();
        return _connection.CallAsync((grains, token) => grains.GetGrain<IModelGrain>(name).RollbackAsync(commandId, promotion, token), cancellationToken);
    }

    /// <summary>Sets a standing order to learn datasets, in the place of the one of the same pattern if there is one.</summary>
    /// <exception cref="HermesException">There is no such model, or the pattern can cover nothing.</exception>
    public Task<ModelStatus> SetRuleAsync(string name, GrowRule rule, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "model");
        return _connection.CallAsync((grains, token) => grains.GetGrain<IModelGrain>(name).SetRuleAsync(rule, token), cancellationToken);
    }

    /// <summary>Takes a standing order back; what it began goes on.</summary>
    /// <exception cref="HermesException">There is no such model or rule.</exception>
    public Task<ModelStatus> RemoveRuleAsync(string name, string datasets, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "model");
        return _connection.CallAsync((grains, token) => grains.GetGrain<IModelGrain>(name).RemoveRuleAsync(datasets, token), cancellationToken);
    }

    /// <summary>All models, in the order of their names.</summary>
    public async IAsyncEnumerable<ModelStatus> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (_, status) in CatalogReader.ReadAsync<ModelStatus>(_connection, CatalogKinds.Model, new CatalogFilter(), cancellationToken).ConfigureAwait(false))
        {
            yield return status;
        }
    }

    /// <summary>A part of the list of models, in the order that the filter says.</summary>
    /// <param name="filter">Which, and how many of them stand before the part.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<CatalogPage<ModelStatus>> ListPageAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken = default) =>
        CatalogReader.PageAsync<ModelStatus>(_connection, CatalogKinds.Model, filter, limit, cancellationToken);
}
