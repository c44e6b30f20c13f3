using System.Globalization;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Priors;

/// <inheritdoc cref="IPriorMapGrain"/>
public sealed class PriorMapGrain(
    [PersistentState("priorMap", "hermes")] IPersistentState<Versioned<PriorMapRecord>> storage,
    IBlobStore blobs,
    IWorkerPool workers,
    TimeProvider clock,
    OwnerServices services) : OwnerGrain<PriorMapRecord, PriorMapState>(CatalogKinds.PriorMap, Machine, storage, services), IPriorMapGrain
{
    internal static readonly StateMachine<PriorMapState> Machine = new(
        (PriorMapState.Absent, [PriorMapState.Queued]),
        (PriorMapState.Queued, [PriorMapState.Completed, PriorMapState.Failed]),
        (PriorMapState.Completed, [PriorMapState.Queued]),
        (PriorMapState.Failed, [PriorMapState.Queued]));

    // Pages ask again and again, and what it failed for is seldom mended meanwhile.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private long? _failed;

    private string ModelName => Key[..Key.LastIndexOf('@')];

    private IModelGrain Model => GrainFactory.GetGrain<IModelGrain>(ModelName);

    /// <inheritdoc/>
    public async Task<PriorMapStatus> AskAsync(CancellationToken cancellationToken)
    {
        await Model.ResolveAsync(Key[(Key.LastIndexOf('@') + 1)..], cancellationToken);
        var record = Record;
        var isResting = record.State == PriorMapState.Failed && _failed is { } failed && clock.GetElapsedTime(failed) < Rest;
        if (record.State != PriorMapState.Queued && !isResting && !await IsKeptAsync(record, cancellationToken))
        {
            await ChangeAsync(new PriorMapRecord { State = PriorMapState.Queued, Form = PriorMap.CurrentForm, TraceParent = Tracing.Parent, Round = record.Round + 1 });
        }

        return Status(Record);
    }

    /// <inheritdoc/>
    public Task<PriorMapStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(Record));

    private protected override async Task CareAsync(CancellationToken cancellationToken)
    {
        if (Record.State != PriorMapState.Queued)
        {
            return;
        }

        try
        {
            await EndAsync(await DrawAsync(await OrderAsync(cancellationToken), cancellationToken), null);
        }
        catch (HermesException refusal) when (!refusal.IsPassing)
        {
            await EndAsync(null, Failure.Of(refusal));
        }
    }

    private Task EndAsync(BlobRef? map, Failure? cause)
    {
        _failed = cause is null ? null : clock.GetTimestamp();
        return ChangeAsync(Record with { State = map is null ? PriorMapState.Failed : PriorMapState.Completed, Map = map, Cause = cause });
    }

    private async Task<PriorMapOrder> OrderAsync(CancellationToken cancellationToken)
    {
        var version = await Model.ResolveAsync(Key[(Key.LastIndexOf('@') + 1)..], cancellationToken);
        var model = await Model.GetAsync(cancellationToken);
        var evidence = await VersionEvidence.OfAsync(GrainFactory, model, version, cancellationToken);
        var parent = await ParentAsync(model.Promotions, version.Version, cancellationToken);
        return new PriorMapOrder
        {
            OrderId = string.Create(CultureInfo.InvariantCulture, $"priors/{Key}/{Record.Round}"),
            TraceParent = Record.TraceParent,
            Model = ModelName,
            Version = PriorFiles.Of(version),
            Groups = [.. version.Content.Groups()],
            Parent = parent is var (before, _) ? PriorFiles.Of(before) : null,
            ParentMap = parent?.Map,
            Sources = Sources(version),
            Dice = evidence.Dice,
            Drawn = evidence.Drawn,
        };
    }

    private static Dictionary<string, PinnedDataset> Sources(ModelVersion version)
    {
        var sources = version.Datasets.DistinctBy(NameOf).ToDictionary(NameOf, StringComparer.Ordinal);
        foreach (var branch in version.Content.Branches)
        {
            sources[branch.Group.Name] = branch.Dataset;
        }

        return sources;

        static string NameOf(PinnedDataset dataset) => dataset.Dataset[(dataset.Dataset.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }

    // The version that was live when this one came; where that may not be read any more, the one that was live before it.
    private async Task<(ModelVersion Version, BlobRef Map)?> ParentAsync(IReadOnlyList<Promotion> promotions, int version, CancellationToken cancellationToken)
    {
        for (var number = Before(version); number > 0; number = Before(number))
        {
            try
            {
                var parent = await Model.ResolveAsync(number.ToString(CultureInfo.InvariantCulture), cancellationToken);
                if (await MapAsync(number, cancellationToken) is { } map)
                {
                    return (parent, map);
                }
            }
            catch (HermesException withdrawn) when (!withdrawn.IsPassing)
            {
                Log.LogInformation("The priors of {Model} are not compared with those of version {Version}: {Reason}", Key, number, withdrawn.Message);
            }
        }

        return null;

        int Before(int number) => promotions.FirstOrDefault(p => p.To == number)?.From ?? 0;
    }

    private async Task<BlobRef?> MapAsync(int version, CancellationToken cancellationToken)
    {
        var parent = GrainFactory.GetGrain<IPriorMapGrain>(Names.PriorMapKey(ModelName, version));
        var status = await parent.AskAsync(cancellationToken);
        while (status.State == PriorMapState.Queued)
        {
            await Task.Delay(Look, clock, cancellationToken);
            status = await parent.GetAsync(cancellationToken);
        }

        return status.Map;
    }

    private Task<BlobRef> DrawAsync(PriorMapOrder order, CancellationToken cancellationToken) => workers.AnswerBesideAsync(
        order,
        message => message.PriorMap,
        progress => Tell(Present(null) with { Phase = progress.Phase, Done = progress.Done, Total = progress.Total }),
        $"compared the priors of {Key}",
        file: null,
        Log,
        cancellationToken);

    private async Task<bool> IsKeptAsync(PriorMapRecord record, CancellationToken cancellationToken)
    {
        if (record is not { State: PriorMapState.Completed, Form: PriorMap.CurrentForm, Map: { } document }
            || !await blobs.RenewAsync(document, cancellationToken) || !await blobs.IsIntactAsync(document, cancellationToken))
        {
            return false;
        }

        var map = await blobs.GetJsonAsync<PriorMap>(document, cancellationToken);
        foreach (var view in map.Views.Concat(map.ModalityViews).Concat(map.Posterior?.Views ?? []))
        {
            if (!await blobs.RenewAsync(view.Similarity, cancellationToken) || !await blobs.IsIntactAsync(view.Similarity, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private protected override Happening Present(string? message) => new()
    {
        State = Record.State.Word(),
        Message = message ?? Record.Cause?.Message,
        IsLast = Record.State is PriorMapState.Completed or PriorMapState.Failed,
    };

    private protected override Standing Describe(PriorMapRecord record) => new(record.State == PriorMapState.Queued, Status(record));

    private static PriorMapStatus Status(PriorMapRecord record) => new() { State = record.State, Map = record.Map, Cause = record.Cause };
}
