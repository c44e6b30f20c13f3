using System.Globalization;
using System.Runtime.CompilerServices;
using Hermes.Blobs;
using Hermes.Grains.Catalog;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;
using Hermes.Grains.State;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Segmentations;

/// <inheritdoc cref="ISegmentationGrain"/>
public sealed class SegmentationGrain(
    [PersistentState("segmentation", "hermes")] IPersistentState<Versioned<SegmentationRecord>> storage,
    IBlobStore blobs,
    ICatalogStore catalog,
    GrainTimings timings,
    TimeProvider clock,
    ILogger<SegmentationGrain> log) : Grain, ISegmentationGrain
{
    private Owned<SegmentationRecord> _record = null!;
    private Story _story = null!;
    private Background _care = null!;
    private string? _device;

    private string Key => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new Owned<SegmentationRecord>(storage, catalog, Describe, DeactivateOnIdle);
        _story = new Story(clock, timings.Heartbeat);
        _care = new Background(log);
        _story.ContinueAfter(_record.Value.Sequence);
        if (_record.Value.State != SegmentationState.Absent)
        {
            Tell();
        }

        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(timings.Tick, timings.Tick));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _care.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<SegmentationStatus> AskAsync(SegmentationRequest request, CancellationToken cancellationToken)
    {
        if (request.Key() != Key)
        {
            throw new HermesException($"The question has the key {request.Key()} but was put to {Key}.");
        }

        var record = _record.Value;
        if (record.IsOpen || (record is { State: SegmentationState.Completed, Result: { } result } && await AreStoredAsync(result, cancellationToken)))
        {
            return Status();
        }

        if (request.Image.MediaType == MediaTypes.Json)
        {
            // As a page of references it would be looked into for ever.
            throw new HermesException($"{request.ImageFile ?? request.Image.Sha256} is announced as {MediaTypes.Json}; a volume was expected.", request.ImageFile);
        }

        var version = await GrainFactory.GetGrain<IModelGrain>(request.Model)
            .ResolveAsync(request.Version.ToString(CultureInfo.InvariantCulture), cancellationToken);
        var resolved = PromptResolution.Resolve(request, version);
        if (!await blobs.RenewAsync(request.Image, cancellationToken))
        {
            throw new HermesException($"{request.ImageFile ?? request.Image.Sha256}: the upload did not arrive.", request.ImageFile, "Ask again.");
        }

        await _record.SetAsync(record with
        {
            State = SegmentationState.Queued,
            Request = request,
            Order = new SegmentOrder { OrderId = $"{Key}/{record.Round + 1}", Request = resolved, Package = version.Content.Package },
            Round = record.Round + 1,
            Result = null,
            Cause = null,
            Sequence = _story.LastSequence + 1,
        });
        _device = null;
        Tell();
        Care();
        return Status();
    }

    /// <inheritdoc/>
    public Task<SegmentationStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status());

    /// <inheritdoc/>
    public async Task CancelAsync(CancellationToken cancellationToken)
    {
        if (_record.Value.IsOpen)
        {
            await EndAsync(SegmentationState.Cancelled, null, null);
            Care();
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in _story.ReadAsync(afterSequence, cancellationToken))
        {
            yield return happened;
        }
    }

    /// <inheritdoc/>
    public async Task ReportAsync(string phase, int done, int total)
    {
        if (_record.Value.State == SegmentationState.Queued)
        {
            await _record.SetAsync(_record.Value with { State = SegmentationState.Running });
        }

        if (_record.Value.IsOpen)
        {
            Tell(phase, done, total);
        }
    }

    /// <inheritdoc/>
    public Task EndAsync(SegmentationResult? result, Failure? cause)
    {
        var state = result is not null ? SegmentationState.Completed : cause is not null ? SegmentationState.Failed : SegmentationState.Cancelled;
        // A silo that stops asks its worker to stop too; only a caller's cancel ends the question, the tick asks again.
        return _record.Value.IsOpen && state != SegmentationState.Cancelled ? EndAsync(state, result, cause) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task WakeAsync()
    {
        await _record.ShowAsync();
        await Tick();
    }

    private async Task EndAsync(SegmentationState state, SegmentationResult? result, Failure? cause)
    {
        await _record.SetAsync(_record.Value with { State = state, Result = result, Cause = cause, Sequence = _story.LastSequence + 1 });
        Tell();
    }

    private Task Tick()
    {
        if (_record.Value.IsOpen)
        {
            Care();
        }

        return Task.CompletedTask;
    }

    private void Care()
    {
        DelayDeactivation(timings.LeaseLifetime);
        _care.Start($"care for segmentation {Key}", CareAsync);
    }

    // Hands the question to a device, again and again: who has it already ignores it, who lost it takes it up.
    private async Task CareAsync(CancellationToken stop)
    {
        var record = _record.Value;
        if (record.State == SegmentationState.Cancelled && _device is { } busy)
        {
            await GrainFactory.GetGrain<IInferenceGrain>(busy).CancelAsync(Key, stop);
            _device = null;
        }
        else if (record.IsOpen)
        {
            var devices = await GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass).ListDevicesAsync(stop);
            _device = devices.Any(d => d.Key == _device) ? _device : await LeastLoadedAsync(devices, stop);
            if (_device is { } device && _record.Value.IsOpen)
            {
                await GrainFactory.GetGrain<IInferenceGrain>(device).SubmitAsync(Key, record.Order!, stop);
            }
        }
    }

    private async Task<string?> LeastLoadedAsync(IReadOnlyList<DeviceDescription> devices, CancellationToken stop)
    {
        if (devices.Count < 2)
        {
            return devices.Count == 0 ? null : devices[0].Key;
        }

        var loads = await Task.WhenAll(devices.Select(async d => (d.Key, Load: await GrainFactory.GetGrain<IInferenceGrain>(d.Key).LoadAsync(stop))));
        return loads.MinBy(l => l.Load).Key;
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

    private SegmentationStatus Status() => Status(_record.Value);

    private static SegmentationStatus Status(SegmentationRecord record) =>
        new() { State = record.State, Request = record.Order?.Request ?? record.Request, Result = record.Result, Cause = record.Cause };

    private void Tell(string phase = "", int done = 0, int total = 0) => _story.Append(new ProgressEvent
    {
        Sequence = 0,
        Time = default,
        State = StateName.Of(_record.Value.State),
        Phase = phase,
        Done = done,
        Total = total,
        Message = _record.Value.Cause?.Message,
        IsLast = !_record.Value.IsOpen,
    });

    private CatalogEntry Describe(SegmentationRecord record, long version) => CatalogRow.Of(
        CatalogKinds.Segmentation, Key, version, StateName.Of(record.State), record.IsOpen, Status(record), clock);
}
