using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Segmentations;

/// <inheritdoc cref="ISegmentationGrain"/>
public sealed class SegmentationGrain(
    [PersistentState("segmentation", "hermes")] IPersistentState<Versioned<SegmentationRecord>> storage,
    IBlobStore blobs,
    OwnerServices services) : OwnerGrain<SegmentationRecord, SegmentationState>(CatalogKinds.Segmentation, Machine, storage, services), ISegmentationGrain
{
    internal static readonly StateMachine<SegmentationState> Machine = new(
        (SegmentationState.Absent, [SegmentationState.Queued]),
        (SegmentationState.Queued, [SegmentationState.Running, SegmentationState.Completed, SegmentationState.Failed, SegmentationState.Cancelled]),
        (SegmentationState.Running, [SegmentationState.Completed, SegmentationState.Failed, SegmentationState.Cancelled]),
        (SegmentationState.Completed, [SegmentationState.Queued, SegmentationState.Absent]),
        (SegmentationState.Failed, [SegmentationState.Queued, SegmentationState.Absent]),
        (SegmentationState.Cancelled, [SegmentationState.Queued, SegmentationState.Absent]));

    private const string Missing = "Bring the blob back from a copy of the data directory, or ask another version.";

    private string? _device;
    private (string Phase, int Done, int Total) _told = ("", 0, 0);
    private DateTimeOffset? _asked;

    /// <inheritdoc/>
    public async Task<SegmentationStatus> AskAsync(SegmentationRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Package: not null, Prompt: not null })
        {
            throw new HermesException("A question needs a model package and a prompt.");
        }

        if (request.Key() != Key)
        {
            throw new HermesException($"The question has the key {request.Key()} but was put to {Key}.");
        }

        var record = Record;
        if (record.IsOpen || (record is { State: SegmentationState.Completed, Result: { } result } && await AreStoredAsync(result, cancellationToken)))
        {
            return Status();
        }

        if (new[] { request.Image, request.Reference, request.Package }.FirstOrDefault(b => b?.MediaType == MediaTypes.Json) is { } page)
        {
            // As a page of references it would be looked into for ever.
            var name = page == request.Image ? request.ImageFile : null;
            throw new HermesException($"{name ?? page.Sha256} is announced as {MediaTypes.Json}; a {(page == request.Package ? "model package" : "volume")} was expected.", name);
        }

        if (!await blobs.ExistsAsync(request.Package, cancellationToken))
        {
            throw new HermesException($"The package {request.Package.Sha256} of model {request.Model} is not on this platform.", hint: Missing).With(Remedy.CheckBlobs);
        }

        if (request.Branch is { } branch && !await blobs.ExistsAsync(branch, cancellationToken))
        {
            throw new HermesException($"The branch {branch.Sha256} of model {request.Model} is not on this platform.", hint: Missing).With(Remedy.CheckBlobs);
        }

        if (!await blobs.RenewAsync(request.Image, cancellationToken))
        {
            throw new HermesException($"{request.ImageFile ?? request.Image.Sha256}: the upload did not arrive.", request.ImageFile, "Ask again.");
        }

        _device = null;
        _told = ("", 0, 0);
        _asked = Now;
        await ChangeAsync(record with
        {
            State = SegmentationState.Queued,
            Request = request,
            Asked = Now,
            TraceParent = Tracing.Parent,
            Round = record.Round + 1,
            Result = null,
            Cause = null,
        });
        return Status();
    }

    /// <inheritdoc/>
    public Task<SegmentationStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status());

    /// <inheritdoc/>
    public async Task CancelAsync(CancellationToken cancellationToken)
    {
        if (Record.IsOpen)
        {
            await EndAsync(SegmentationState.Cancelled, null, null);
        }
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await CancelAsync(cancellationToken);
        await ForgetAnswerAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ForgetAnswerAsync(CancellationToken cancellationToken)
    {
        if (!Record.IsOpen && Record.State != SegmentationState.Absent)
        {
            // The number of rounds stays: an order of the next one is another than those before.
            await ChangeAsync(new SegmentationRecord { Round = Record.Round });
        }
    }

    /// <inheritdoc/>
    public async Task ReportAsync(string phase, int done, int total)
    {
        if (Record.State == SegmentationState.Queued)
        {
            await StoreAsync(Record with { State = SegmentationState.Running });
        }

        if (Record.IsOpen)
        {
            _told = (phase, done, total);
            Tell(Event(phase, done, total));
        }
    }

    /// <inheritdoc/>
    public Task EndAsync(SegmentationResult? result, Failure? cause)
    {
        var state = result is not null ? SegmentationState.Completed : cause is not null ? SegmentationState.Failed : SegmentationState.Cancelled;
        // A silo that stops asks its worker to stop too; only a caller's cancel ends the question, the tick asks again.
        return Record.IsOpen && state != SegmentationState.Cancelled ? EndAsync(state, result, cause) : Task.CompletedTask;
    }

    private async Task EndAsync(SegmentationState state, SegmentationResult? result, Failure? cause)
    {
        await ChangeAsync(Record with { State = state, Result = result is null ? null : result with { Model = Record.Request!.Model }, Cause = cause });
        if (_asked is { } asked)
        {
            Metrics.Segmented(state.Word(), Now - asked);
            _asked = null;
        }
    }

    // Hands the question to a device, again and again: who has it already ignores it, who lost it takes it up.
    private protected override async Task CareAsync(CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.State is SegmentationState.Cancelled or SegmentationState.Absent && _device is { } busy)
        {
            await GrainFactory.GetGrain<IInferenceGrain>(busy).CancelAsync(Key, cancellationToken);
            _device = null;
        }
        else if (record is { IsOpen: true, Request: not { Package: not null, Prompt: not null } })
        {
            await EndAsync(SegmentationState.Failed, null, new Failure("It was asked of an older version of the platform.", Hint: "Ask again."));
        }
        else if (record.IsOpen)
        {
            var devices = await GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass).ListDevicesAsync(cancellationToken);
            _device = devices.Any(d => d.Key == _device) ? _device : await LeastLoadedAsync(devices, cancellationToken);
            if (_device is { } device && Record.IsOpen)
            {
                await GrainFactory.GetGrain<IInferenceGrain>(device).SubmitAsync(
                    Key, new SegmentOrder { OrderId = $"{Key}/{record.Round}", TraceParent = record.TraceParent, Requests = [record.Request!] }, cancellationToken);
            }
        }
    }

    private async Task<string?> LeastLoadedAsync(IReadOnlyList<DeviceDescription> devices, CancellationToken cancellationToken)
    {
        if (devices.Count < 2)
        {
            return devices.Count == 0 ? null : devices[0].Key;
        }

        var loads = await Task.WhenAll(devices.Select(async d => (d.Key, Load: await LoadAsync(d.Key, cancellationToken))));
        return loads.MinBy(l => l.Load).Key;
    }

    // A device that does not say is taken only where none does: its silo may be gone before the others know.
    private async Task<int> LoadAsync(string device, CancellationToken cancellationToken)
    {
        try
        {
            return await GrainFactory.GetGrain<IInferenceGrain>(device).LoadAsync(cancellationToken);
        }
        catch (Exception e) when (e is HermesException or OrleansException or TimeoutException)
        {
            return int.MaxValue;
        }
    }

    private async Task<bool> AreStoredAsync(SegmentationResult result, CancellationToken cancellationToken)
    {
        foreach (var blob in result.Tasks.Select(t => t.Mask).Append(result.LabelMap).OfType<BlobRef>())
        {
            if (!await blobs.RenewAsync(blob, cancellationToken) || !await blobs.IsIntactAsync(blob, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private SegmentationStatus Status() => Record.IsOpen
        ? Status(Record) with { Device = _device, Phase = _told.Phase, Done = _told.Done, Total = _told.Total }
        : Status(Record);

    private static SegmentationStatus Status(SegmentationRecord record) =>
        new() { State = record.State, Request = record.Request, Result = record.Result, Cause = record.Cause, Asked = record.Asked };

    private protected override Happening Present(string? message) => Event("", 0, 0);

    private Happening Event(string phase, int done, int total) => new()
    {
        State = Record.State.Word(),
        Phase = phase,
        Done = done,
        Total = total,
        Message = Record.Cause?.Message,
        IsLast = !Record.IsOpen,
    };

    private protected override Standing Describe(SegmentationRecord record) => new(record.IsOpen, Status(record));
}
