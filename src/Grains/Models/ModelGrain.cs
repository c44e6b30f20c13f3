using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Models;

/// <inheritdoc cref="IModelGrain"/>
public sealed class ModelGrain(
    [PersistentState("model", "hermes")] IPersistentState<Versioned<ModelRecord>> storage,
    OwnerServices services) : OwnerGrain<ModelRecord, ModelState>(CatalogKinds.Model, Machine, storage, services), IModelGrain
{
    internal static readonly StateMachine<ModelState> Machine = new((ModelState.Absent, [ModelState.Ready]));

    /// <inheritdoc/>
    public async Task<ModelVersion> PublishAsync(string run, ModelVersionContent content, IReadOnlyList<PinnedDataset> datasets, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.Versions.FirstOrDefault(v => v.Run == run) is { } known)
        {
            return known;
        }

        var version = new ModelVersion
        {
            Model = Key,
            Version = record.Versions.Count + 1,
            Content = content,
            Run = run,
            Datasets = datasets,
            Published = Now,
        };
        await ChangeAsync(record with
        {
            Versions = [.. record.Versions, version],
            Aliases = new Dictionary<string, int>(record.Aliases) { [IModelGrain.LiveAlias] = version.Version },
        });
        return version;
    }

    /// <inheritdoc/>
    public Task<ModelStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(Record));

    /// <inheritdoc/>
    public Task<ModelVersion> ResolveAsync(string? versionOrAlias, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.Versions.Count == 0)
        {
            throw new HermesException($"There is no model '{Key}'.").With(Remedy.ListModels);
        }

        var wanted = string.IsNullOrEmpty(versionOrAlias) ? IModelGrain.LiveAlias : versionOrAlias;
        var number = record.Aliases.TryGetValue(wanted, out var aliased) ? aliased
            : int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return number >= 1 && number <= record.Versions.Count
            ? Task.FromResult(record.Versions[number - 1])
            : throw new HermesException(
                $"Model '{Key}' has no version '{wanted}'; it has versions 1 to {record.Versions.Count} and the aliases {string.Join(", ", record.Aliases.Keys.Order(StringComparer.Ordinal))}.");
    }

    private ModelStatus Status(ModelRecord record) => new() { Name = Key, Versions = record.Versions, Aliases = record.Aliases };

    private protected override Standing Describe(ModelRecord record) => new(IsUnfinished: false, Status(record));
}
