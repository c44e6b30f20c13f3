using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Owners;

/// <summary>
/// An actor that owns a record: stores it as a whole, shows it in the catalog, tells watchers of it, delivers the events written with it,
/// and looks beside the requests after what its state needs of others. What derives from it is a state machine and nothing else.
/// </summary>
public abstract class OwnerGrain<TRecord, TState> : Grain
    where TRecord : class, IStated<TState>, new()
    where TState : struct, Enum
{
    private readonly string _kind;
    private readonly StateMachine<TState> _machine;
    private readonly OwnerServices _services;
    private readonly ShownRecord<TRecord> _record;
    private readonly Story _story;
    private readonly Background _care;
    private readonly Background _delivery;
    private int _outgoing;

    private protected OwnerGrain(string kind, StateMachine<TState> machine, IPersistentState<Versioned<TRecord>> storage, OwnerServices services)
    {
        _kind = kind;
        _machine = machine;
        _services = services;
        Log = services.Loggers.CreateLogger(GetType());
        _story = new Story(services.Clock, services.Timings.Heartbeat);
        _record = new ShownRecord<TRecord>(storage, DeactivateOnIdle, services.Catalog, Row, () => _story.LastSequence + 1, () => Note());
        _care = new Background(Log);
        _delivery = new Background(Log);
    }

    private protected ILogger Log { get; }

    private protected ICatalogStore Catalog => _services.Catalog;

    private protected GrainMetrics Metrics => _services.Metrics;

    private protected string Key => this.GetPrimaryKeyString();

    /// <summary>The record as it is now.</summary>
    private protected TRecord Record => _record.Value;

    private protected GrainTimings Timings => _services.Timings;

    /// <summary>What is away that the present state needs, in a sentence; null when nothing is.</summary>
    private protected string? Waits { get; private set; }

    private protected DateTimeOffset Now => _services.Clock.GetUtcNow();

    /// <summary>How events name this owner.</summary>
    private protected string Actor => $"{_kind} {Key}";

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _story.ContinueAfter(_record.Sequence);
        _story.Remember(Remembered);
        CountOutgoing(OutgoingOf(Record));
        if (!Record.State.Equals(default(TState)))
        {
            Tell();
        }

        this.RegisterGrainTimer(Care, new GrainTimerCreationOptions(Timings.Tick, Timings.Tick));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        StopCaring();
        _delivery.Stop();
        CountOutgoing(0);
        return Task.CompletedTask;
    }

    /// <summary>What happened from after <paramref name="afterSequence"/>, with heartbeats, until it ends.</summary>
    public IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default) => _story.ReadAsync(afterSequence, cancellationToken);

    /// <summary>Takes up what a stopped silo left unfinished.</summary>
    public async Task WakeAsync()
    {
        await _record.ShowAsync();
        await Care();
    }

    /// <summary>What is stored of its story.</summary>
    private protected virtual IReadOnlyList<ProgressEvent> Remembered => [];

    /// <summary>A record that is about to be stored, with its story, where the owner stores that.</summary>
    private protected virtual TRecord Remembering(TRecord record, Story story) => record;

    /// <summary>How the catalog shows a record.</summary>
    private protected abstract Standing Describe(TRecord record);

    /// <summary>What watchers are told of the record as it is now.</summary>
    /// <param name="message">A sentence for people; null for the state's own.</param>
    private protected virtual Happening Present(string? message) => new() { State = Record.State.Word(), Message = message };

    /// <summary>Does whatever the present state needs of others; repeating it is harmless.</summary>
    private protected virtual Task CareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stores the record and returns when it is; watchers are not told.</summary>
    private protected async Task StoreAsync(TRecord record)
    {
        var before = Record.State;
        _machine.Require(before, record.State, $"{_kind} {Key}");
        await _record.SetAsync(Remembering(record, _story));
        CountOutgoing(OutgoingOf(Record));
        if (!before.Equals(record.State))
        {
            Metrics.Changed(_kind, record.State.Word());
        }
    }

    /// <summary>Stores the record, tells watchers and looks after what the new state needs.</summary>
    private protected async Task ChangeAsync(TRecord record)
    {
        await StoreAsync(record);
        Tell();
        await Care();
    }

    private protected void Tell(string? message = null) => Tell(Present(message));

    private protected void Tell(Happening happened)
    {
        _story.Append(happened);
        Note(isProgress: true);
    }

    /// <summary>Begins to look after the record beside the requests, or notes that it is to be done once more.</summary>
    private protected Task Care()
    {
        var hasOutgoing = OutgoingOf(Record) > 0;
        if (hasOutgoing || Describe(Record).IsUnfinished)
        {
            DelayDeactivation(Timings.LeaseLifetime);
        }

        if (hasOutgoing)
        {
            _delivery.Start($"delivery of events of {_kind} {Key}", DeliverAsync);
        }

        _care.Start($"care for {_kind} {Key}", CareIfPossibleAsync);
        return Task.CompletedTask;
    }

    private protected void StopCaring() => _care.Stop();

    // What is away for a while ends nothing: whoever looks is told, and the tick tries again.
    private async Task CareIfPossibleAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _record.IsStoredAsync())
            {
                await CareAsync(cancellationToken);
                Waits = null;
            }
        }
        catch (HermesException away) when (away.IsPassing && !cancellationToken.IsCancellationRequested)
        {
            if (Waits != away.Message)
            {
                Waits = away.Message;
                Log.LogWarning("The {Kind} {Key} waits: {Reason}", _kind, Key, Waits);
                Tell(Waits);
            }
        }
    }

    // In the order in which they were written; an event that is on its way twice has the same identity.
    private async Task DeliverAsync(CancellationToken cancellationToken)
    {
        while (await _record.IsStoredAsync() && Record is IOutbox<TRecord> { Outgoing: [var first, ..] })
        {
            await _services.Events.PublishAsync(first, cancellationToken);
            var outbox = (IOutbox<TRecord>)Record;
            await StoreAsync(outbox.WithOutgoing([.. outbox.Outgoing.Where(e => e.EventId != first.EventId)]));
        }
    }

    private void Note(bool isProgress = false) => _services.Changes.Note(new PlatformChange(_kind, Key, isProgress));

    private static int OutgoingOf(TRecord record) => record is IOutbox<TRecord> outbox ? outbox.Outgoing.Count : 0;

    private void CountOutgoing(int now)
    {
        Metrics.Outgoing(_kind, now - _outgoing);
        _outgoing = now;
    }

    private CatalogEntry Row(TRecord record, long version)
    {
        var standing = Describe(record);
        return new CatalogEntry(
            _kind, Key, version, record.State.Word(), standing.IsUnfinished || OutgoingOf(record) > 0, JsonSerializer.Serialize(standing.Status, WorkOrderJson.Options), Now);
    }
}
