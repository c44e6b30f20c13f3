using System.Globalization;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Models;

/// <inheritdoc cref="IModelImportGrain"/>
public sealed class ModelImportGrain(
    [PersistentState("modelImport", "hermes")] IPersistentState<Versioned<ModelImportRecord>> storage,
    IBlobStore blobs,
    IWorkerPool workers,
    OwnerServices services) : OwnerGrain<ModelImportRecord, ImportState>(CatalogKinds.ModelImport, Machine, storage, services), IModelImportGrain
{
    internal static readonly StateMachine<ImportState> Machine = new(
        (ImportState.Absent, [ImportState.Queued]),
        (ImportState.Queued, [ImportState.Completed, ImportState.Failed]),
        (ImportState.Completed, [ImportState.Queued]),
        (ImportState.Failed, [ImportState.Queued]));

    /// <inheritdoc/>
    public async Task<ImportStatus> AskAsync(ImportRequest request, CancellationToken cancellationToken)
    {
        Names.Require(request.Model, "model");
        if (request.Key() != Key)
        {
            throw new HermesException($"The import has the key {request.Key()} but was asked of {Key}.");
        }

        // What it became may have been taken out since, so that it is asked for anew.
        var record = Record;
        if (record.State != ImportState.Queued)
        {
            if (!await blobs.RenewAsync(request.File, cancellationToken))
            {
                throw new HermesException($"{request.FileName}: the upload did not arrive.", request.FileName, "Ask again.");
            }

            await ChangeAsync(new ModelImportRecord
            {
                State = ImportState.Queued, Request = request, Model = request.Model, TraceParent = Tracing.Parent, Round = record.Round + 1,
            });
        }

        return Status(Record);
    }

    /// <inheritdoc/>
    public Task<ImportStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(Record));

    private protected override async Task CareAsync(CancellationToken cancellationToken)
    {
        if (Record is not { State: ImportState.Queued, Request: { } request })
        {
            return;
        }

        try
        {
            var imported = await ReadAsync(request, cancellationToken);
            if (imported is not { Content: { } content, Origin: { } origin })
            {
                await EndAsync(Record with { State = ImportState.Failed, Taken = imported.Taken, Mismatches = imported.Mismatches, Cause = Misfit(request, imported) });
                return;
            }

            var (known, datasets) = await KnownAsync(content, imported, cancellationToken);
            await RequireThereAsync(request, datasets.Concat(known.Branches.Select(b => b.Dataset)), cancellationToken);
            var version = await GrainFactory.GetGrain<IModelGrain>(request.Model).PublishImportAsync(Key, known, datasets, origin, cancellationToken);
            await EndAsync(Record with { State = ImportState.Completed, Version = version.Version, Taken = imported.Taken });
        }
        catch (HermesException refusal) when (!refusal.IsPassing)
        {
            await EndAsync(Record with { State = ImportState.Failed, Cause = Failure.Of(refusal) });
        }
    }

    private Task EndAsync(ModelImportRecord record) => ChangeAsync(record with { Request = null });

    private Task<ImportedModel> ReadAsync(ImportRequest request, CancellationToken cancellationToken) => workers.AnswerBesideAsync(
        new ImportOrder { OrderId = string.Create(CultureInfo.InvariantCulture, $"import/{Key}/{Record.Round}"), TraceParent = Record.TraceParent, Request = request },
        message => message.Imported,
        progress => Tell(Present(null) with { Phase = progress.Phase, Done = progress.Done, Total = progress.Total }),
        $"read {request.FileName}",
        request.FileName,
        Log,
        cancellationToken);

    // What was learned here is known by its digest, whatever the file says; anything else learned from datasets of a site that is not this platform's.
    private async Task<(ModelVersionContent Content, IReadOnlyList<PinnedDataset> Datasets)> KnownAsync(
        ModelVersionContent content, ImportedModel imported, CancellationToken cancellationToken)
    {
        IReadOnlyList<PinnedDataset>? trunk = null;
        var here = new HashSet<string>(StringComparer.Ordinal);
        var branches = new Dictionary<string, ModelBranch>(StringComparer.Ordinal);
        await foreach (var (_, model) in Catalog.AllAsync<ModelStatus>(CatalogKinds.Model, cancellationToken))
        {
            here.UnionWith(model.Versions.Select(v => v.Content.Package.Sha256));
            trunk ??= model.Versions.FirstOrDefault(v => v.Content.Package.Sha256 == content.Package.Sha256 && v.Datasets.Count > 0)?.Datasets;
            foreach (var branch in model.Versions.SelectMany(v => v.Content.Branches))
            {
                branches.TryAdd(branch.Package.Sha256, branch);
            }
        }

        // A checkpoint of PyTorch has other bytes than the trunk and branch that it was made of.
        here.UnionWith(branches.Keys);
        trunk ??= imported.MadeOf.Count > 0 && here.IsSupersetOf(imported.MadeOf) ? imported.Datasets : [.. imported.Datasets.Select(Foreign)];
        return (
            content with { Branches = [.. content.Branches.Select(b => branches.GetValueOrDefault(b.Package.Sha256) ?? b with { Dataset = Foreign(b.Dataset) })] },
            trunk);

        static PinnedDataset Foreign(PinnedDataset dataset) =>
            dataset with { Dataset = Names.DatasetKey(Names.Elsewhere, dataset.Dataset[(dataset.Dataset.IndexOf('/', StringComparison.Ordinal) + 1)..]) };
    }

    private async Task RequireThereAsync(ImportRequest request, IEnumerable<PinnedDataset> datasets, CancellationToken cancellationToken)
    {
        foreach (var dataset in datasets.Select(d => d.Dataset).Distinct(StringComparer.Ordinal))
        {
            if ((await GrainFactory.GetGrain<IDatasetGrain>(dataset).GetAsync(cancellationToken)).State == DatasetState.Withdrawn)
            {
                throw new HermesException($"{request.FileName} learned from {dataset}, which was withdrawn.", request.FileName, "Import what did not.");
            }
        }
    }

    private static Failure Misfit(ImportRequest request, ImportedModel imported) => new(
        $"{request.FileName}: {imported.Misfits} tensors do not fit the network that its other tensors are of, the first '{imported.Mismatches[0].Name}', "
            + $"which is {imported.Mismatches[0].Kind}.",
        request.FileName,
        "Save the state dict of a whole Hermes-R or Hermes-M, and nothing else in it.");

    private protected override Happening Present(string? message) => new()
    {
        State = Record.State.Word(),
        Message = message ?? Record.Cause?.Message,
        IsLast = Record.State is ImportState.Completed or ImportState.Failed,
    };

    private protected override Standing Describe(ModelImportRecord record) => new(record.State == ImportState.Queued, Status(record));

    private static ImportStatus Status(ModelImportRecord record) => new()
    {
        State = record.State, Model = record.Model, Version = record.Version, Taken = record.Taken, Mismatches = record.Mismatches, Cause = record.Cause,
    };
}
