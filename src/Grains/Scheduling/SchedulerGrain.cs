using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Owners;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Scheduling;

/// <inheritdoc cref="ISchedulerGrain"/>
/// <remarks>It never waits for a run or a trainer inside a request, because those wait for it: they are told beside.</remarks>
public sealed class SchedulerGrain(
    [PersistentState(SchedulerRecord.StateName, "hermes")] IPersistentState<Versioned<SchedulerRecord>> storage,
    IClusterMembershipService membership,
    Troubles troubles,
    GrainTimings timings,
    TimeProvider clock,
    GrainMetrics metrics,
    ChangeNotes changes,
    ILogger<SchedulerGrain> log) : Grain, ISchedulerGrain
{
    private readonly Dictionary<string, DateTimeOffset> _siloSeen = new(StringComparer.Ordinal);
    private readonly Dictionary<long, DateTimeOffset> _leaseSeen = [];
    private readonly HashSet<long> _taken = [];
    private Owned<SchedulerRecord> _record = null!;
    private Background _telling = null!;

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new Owned<SchedulerRecord>(storage, DeactivateOnIdle, () => changes.Note(new PlatformChange(PlatformChange.Queue, this.GetPrimaryKeyString())));
        _telling = new Background(log);
        metrics.KeepQueue(this.GetPrimaryKeyString(), () => (_record.Value.Waiting.Count, _record.Value.Leases.Count));
        await SetAsync(_record.Value.Renewed(Now));
        // Everybody gets the full time to show up again after the scheduler itself was gone.
        var now = Now;
        _record.Value.Silos.ToList().ForEach(s => _siloSeen[s.Silo] = now);
        _record.Value.Leases.ToList().ForEach(l => _leaseSeen[l.Lease.Token] = now);
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(timings.Tick, timings.Tick) { KeepAlive = true });
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        metrics.LeaveQueue(this.GetPrimaryKeyString());
        _telling.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DeclareDevicesAsync(
        string silo, string incarnation, IReadOnlyList<DeviceDescription> devices, CancellationToken cancellationToken)
    {
        _siloSeen[silo] = Now;
        var record = _record.Value;
        var known = record.Silos.FirstOrDefault(s => s.Silo == silo);
        var declared = devices.Count > 0 ? new DeclaredSilo(silo, incarnation, devices) { Heard = Now }
            : known?.Incarnation == incarnation ? known with { HasLeft = true, Heard = Now }
            : null;
        var old = record.Leases.Where(l => l.Silo == silo && l.Incarnation != incarnation).ToList();
        if (old.Count == 0 && IsSame(declared, known))
        {
            return;
        }

        await _record.SetAsync(Void(record, old, "Its silo was stopped.") with
        {
            Silos = [.. record.Silos.Where(s => s.Silo != silo), .. new[] { declared }.OfType<DeclaredSilo>()],
        });
        await AssignAsync();
    }

    /// <inheritdoc/>
    public Task EnqueueAsync(string run, bool atFront, RunDemand? demand, CancellationToken cancellationToken) =>
        ChangeAsync(_record.Value.Enqueued(run, atFront, demand, Now));

    /// <inheritdoc/>
    public Task DequeueAsync(string run, CancellationToken cancellationToken) => SetAsync(_record.Value.Dequeued(run));

    /// <inheritdoc/>
    public async Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (_record.Value.Leases.FirstOrDefault(l => l.Lease == lease) is { } given)
        {
            var ended = _record.Value.WithBeside([given]);
            await _record.SetAsync(_record.Value.Released(ended, Now));
            Forget(ended);
            await AssignAsync();
        }
    }

    /// <inheritdoc/>
    public Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken)
    {
        var isLive = _record.Value.Leases.Any(l => l.Lease == lease);
        if (isLive)
        {
            _leaseSeen[lease.Token] = Now;
            _taken.Add(lease.Token);
        }

        return Task.FromResult(isLive);
    }

    /// <inheritdoc/>
    public Task<Lease?> FindLeaseAsync(string run, CancellationToken cancellationToken) =>
        Task.FromResult(_record.Value.Leases.FirstOrDefault(l => l.Lease.Run == run && l.Lease.IsFirst)?.Lease);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Lease>> ListBesideAsync(Lease first, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Lease>>([.. _record.Value.Leases.Select(l => l.Lease).Where(l => l.Beside == first.Token)]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeviceDescription>> ListDevicesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeviceDescription>>([.. LiveSilos().SelectMany(s => s.Devices)]);

    /// <inheritdoc/>
    public Task RequireRoomAsync(RunDemand demand, CancellationToken cancellationToken)
    {
        _record.Value.Silos.SelectMany(s => s.Devices).RequireRoom(demand);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<QueueStatus> GetQueueAsync(CancellationToken cancellationToken) => Task.FromResult(Queue().Describe());

    /// <inheritdoc/>
    public Task<string?> FindReasonAsync(string run, CancellationToken cancellationToken) => Task.FromResult(Queue().Find(run));

    /// <inheritdoc/>
    public Task<QueueStatus> MoveAsync(string run, string? before, string by, CancellationToken cancellationToken) =>
        DecideAsync(_record.Value.Moved(run, before, new PersonsWord(by, Now)));

    /// <inheritdoc/>
    public Task<QueueStatus> HoldAsync(string run, string by, CancellationToken cancellationToken) => DecideAsync(_record.Value.Held(run, new PersonsWord(by, Now)));

    /// <inheritdoc/>
    public Task<QueueStatus> EndHoldAsync(string run, CancellationToken cancellationToken) => DecideAsync(_record.Value.HoldEnded(run, Now));

    private async Task Tick()
    {
        var deadline = Now - timings.LeaseLifetime;
        var record = _record.Value;
        var dead = record.Leases.Where(l => IsDead(l.Incarnation)).ToList();
        var silent = record.Leases.Except(dead).Where(l => _leaseSeen.GetValueOrDefault(l.Lease.Token) < deadline).ToList();
        if (dead.Count + silent.Count > 0)
        {
            await _record.SetAsync(Void(Void(record, silent, "The device that worked on it fell silent."), dead, "Its silo is gone."));
        }

        await ForgetSilosAsync();
        await AssignAsync();
        Tell();
    }

    // That a silo is heard of is not worth a write each time.
    private bool IsSame(DeclaredSilo? one, DeclaredSilo? other) => one is null || other is null
        ? one == other
        : (one.Incarnation, one.HasLeft) == (other.Incarnation, other.HasLeft) && one.Devices.SequenceEqual(other.Devices) && one.Heard - other.Heard < timings.SiloKept / 7;

    private async Task ForgetSilosAsync()
    {
        var record = _record.Value;
        var gone = record.Silos.Where(s => (s.Heard ?? _siloSeen.GetValueOrDefault(s.Silo)) < Now - timings.SiloKept).ToList();
        if (gone.Count > 0)
        {
            await _record.SetAsync(record with { Silos = [.. record.Silos.Except(gone)] });
        }

        _siloSeen.Keys.Except(_record.Value.Silos.Select(s => s.Silo)).ToList().ForEach(s => _siloSeen.Remove(s));
    }

    private async Task<QueueStatus> DecideAsync(SchedulerRecord record)
    {
        await ChangeAsync(record);
        return Queue().Describe();
    }

    private async Task ChangeAsync(SchedulerRecord record)
    {
        if (record != _record.Value)
        {
            await _record.SetAsync(record);
            await AssignAsync();
        }
    }

    private Task SetAsync(SchedulerRecord record) => record != _record.Value ? _record.SetAsync(record) : Task.CompletedTask;

    // As long as there is somebody whom free devices suit.
    private async Task AssignAsync()
    {
        var record = _record.Value;
        var live = LiveSilos().ToList();
        while (Assignment.Next(record, live, Now) is { } next)
        {
            record = record.Granted(next, Now);
            next.Devices.Index().ToList().ForEach(device => _leaseSeen[record.Token - device.Index] = Now);
        }

        await SetAsync(record);
        Tell();
    }

    private SchedulerRecord Void(SchedulerRecord record, IEnumerable<GrantedLease> leases, string reason)
    {
        var voided = record.WithBeside(leases);
        Forget(voided);
        return record.Voided(voided, reason, Now);
    }

    private QueueReasons Queue() => new(_record.Value, LiveSilos().SelectMany(s => s.Devices).Select(d => d.Key).ToHashSet(StringComparer.Ordinal), Now);

    private void Forget(IEnumerable<GrantedLease> leases)
    {
        foreach (var lease in leases)
        {
            _leaseSeen.Remove(lease.Lease.Token);
            _taken.Remove(lease.Lease.Token);
        }
    }

    // The first device's trainer tells those of the others.
    private IEnumerable<GrantedLease> Untold() => _record.Value.Leases.Where(l => l.Lease.IsFirst && !_taken.Contains(l.Lease.Token));

    private IEnumerable<DeclaredSilo> LiveSilos()
    {
        var deadline = Now - timings.LeaseLifetime;
        return _record.Value.Silos.Where(s => !s.HasLeft && _siloSeen.GetValueOrDefault(s.Silo) >= deadline && !IsDead(s.Incarnation));
    }

    // Silence alone says it later.
    private bool IsDead(string incarnation) =>
        membership.CurrentSnapshot.Members.Values.Any(m => m.Status == SiloStatus.Dead && m.SiloAddress.ToParsableString() == incarnation);

    private void Tell()
    {
        if (_record.Value.Voided.Count > 0 || Untold().Any())
        {
            _telling.Start("telling runs and trainers of their leases", TellAsync);
        }
    }

    // All at once, each for itself: one run that cannot be read must not keep the others waiting.
    private async Task TellAsync(CancellationToken cancellationToken)
    {
        // A token that was told and never stored would be given twice.
        if (await _record.IsStoredAsync())
        {
            await Task.WhenAll([.. _record.Value.Voided.Select(TellVoidAsync), .. Untold().Select(TellGrantedAsync)]);
        }

        Task TellVoidAsync(VoidLease voided) => TellAsync($"run {voided.Lease.Run}", async () =>
        {
            await GrainFactory.GetGrain<ILeasedRunGrain>(voided.Lease.Run).LeaseVoidAsync(voided.Lease, voided.Reason);
            await _record.SetAsync(_record.Value with { Voided = [.. _record.Value.Voided.Where(v => v.Lease != voided.Lease)] });
        });

        Task TellGrantedAsync(GrantedLease granted) => TellAsync($"device {granted.Lease.Device}", async () =>
        {
            await GrainFactory.GetGrain<ITrainerGrain>(granted.Lease.Device).TakeAsync(granted.Lease, cancellationToken);
            _taken.Add(granted.Lease.Token);
        });
    }

    private async Task TellAsync(string subject, Func<Task> tell)
    {
        try
        {
            await tell();
            troubles.Clear(subject);
        }
#pragma warning disable CA1031 // Whatever it was, the next turn tells again.
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (troubles.Note(subject, $"It cannot be told of its lease: {error.Message}"))
            {
                log.LogError(error, "{Subject} cannot be told of its lease; it is tried again", subject);
            }
        }
    }
}
