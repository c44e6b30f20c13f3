using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Owners;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Scheduling;

/// <inheritdoc cref="ISchedulerGrain"/>
/// <remarks>It never waits for a run or a trainer inside a request, because those wait for it: they are told beside.</remarks>
public sealed class SchedulerGrain(
    [PersistentState("scheduler", "hermes")] IPersistentState<Versioned<SchedulerRecord>> storage,
    IClusterMembershipService membership,
    Troubles troubles,
    GrainTimings timings,
    TimeProvider clock,
    ILogger<SchedulerGrain> log) : Grain, ISchedulerGrain
{
    private readonly Dictionary<string, DateTimeOffset> _siloSeen = new(StringComparer.Ordinal);
    private readonly Dictionary<long, DateTimeOffset> _leaseSeen = [];
    private readonly HashSet<long> _taken = [];
    private Owned<SchedulerRecord> _record = null!;
    private Background _telling = null!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new Owned<SchedulerRecord>(storage, DeactivateOnIdle);
        _telling = new Background(log);
        // Everybody gets the full time to show up again after the scheduler itself was gone.
        var now = clock.GetUtcNow();
        _record.Value.Silos.ToList().ForEach(s => _siloSeen[s.Silo] = now);
        _record.Value.Leases.ToList().ForEach(l => _leaseSeen[l.Lease.Token] = now);
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(timings.Tick, timings.Tick) { KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _telling.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DeclareDevicesAsync(
        string silo, string incarnation, IReadOnlyList<DeviceDescription> devices, CancellationToken cancellationToken)
    {
        _siloSeen[silo] = clock.GetUtcNow();
        var record = _record.Value;
        var known = record.Silos.FirstOrDefault(s => s.Silo == silo);
        if (known is not null && known.Incarnation == incarnation && known.Devices.SequenceEqual(devices))
        {
            return;
        }

        var old = record.Leases.Where(l => l.Silo == silo && l.Incarnation != incarnation);
        await _record.SetAsync(Void(record, old, "Its silo was stopped.") with
        {
            Silos = [.. record.Silos.Where(s => s.Silo != silo), new DeclaredSilo(silo, incarnation, devices)],
        });
        await AssignAsync();
    }

    /// <inheritdoc/>
    public async Task EnqueueAsync(string run, bool atFront, CancellationToken cancellationToken)
    {
        var record = _record.Value;
        if (!record.Queue.Contains(run) && record.Leases.All(l => l.Lease.Run != run))
        {
            await _record.SetAsync(record with { Queue = atFront ? [run, .. record.Queue] : [.. record.Queue, run] });
            await AssignAsync();
        }
    }

    /// <inheritdoc/>
    public Task DequeueAsync(string run, CancellationToken cancellationToken) => _record.Value.Queue.Contains(run)
        ? _record.SetAsync(_record.Value with { Queue = [.. _record.Value.Queue.Where(r => r != run)] })
        : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (_record.Value.Leases.Any(l => l.Lease == lease))
        {
            await _record.SetAsync(_record.Value with { Leases = [.. _record.Value.Leases.Where(l => l.Lease != lease)] });
            Forget(lease);
            await AssignAsync();
        }
    }

    /// <inheritdoc/>
    public Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken)
    {
        var isLive = _record.Value.Leases.Any(l => l.Lease == lease);
        if (isLive)
        {
            _leaseSeen[lease.Token] = clock.GetUtcNow();
            _taken.Add(lease.Token);
        }

        return Task.FromResult(isLive);
    }

    /// <inheritdoc/>
    public Task<Lease?> FindLeaseAsync(string run, CancellationToken cancellationToken) =>
        Task.FromResult(_record.Value.Leases.FirstOrDefault(l => l.Lease.Run == run)?.Lease);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeviceDescription>> ListDevicesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeviceDescription>>([.. LiveSilos().SelectMany(s => s.Devices)]);

    /// <inheritdoc/>
    public Task<int> PositionAsync(string run, CancellationToken cancellationToken) =>
        Task.FromResult(_record.Value.Queue.ToList().IndexOf(run));

    private async Task Tick()
    {
        var deadline = clock.GetUtcNow() - timings.LeaseLifetime;
        var record = _record.Value;
        var dead = record.Leases.Where(l => IsDead(l.Incarnation)).ToList();
        var silent = record.Leases.Except(dead).Where(l => _leaseSeen.GetValueOrDefault(l.Lease.Token) < deadline).ToList();
        if (dead.Count + silent.Count > 0)
        {
            await _record.SetAsync(Void(Void(record, silent, "The device that worked on it fell silent."), dead, "Its silo is gone."));
        }

        await AssignAsync();
        Tell();
    }

    // First come, first served: one lease for each free device.
    private async Task AssignAsync()
    {
        var record = _record.Value;
        foreach (var silo in LiveSilos())
        {
            foreach (var device in silo.Devices)
            {
                if (record.Queue.Count > 0 && record.Leases.All(l => l.Lease.Device != device.Key))
                {
                    var lease = new Lease(device.Key, record.Queue[0], record.Token + 1);
                    _leaseSeen[lease.Token] = clock.GetUtcNow();
                    record = record with
                    {
                        Token = lease.Token,
                        Queue = [.. record.Queue.Skip(1)],
                        Leases = [.. record.Leases, new GrantedLease(lease, silo.Silo, silo.Incarnation)],
                    };
                }
            }
        }

        if (record != _record.Value)
        {
            await _record.SetAsync(record);
        }

        Tell();
    }

    private SchedulerRecord Void(SchedulerRecord record, IEnumerable<GrantedLease> leases, string reason)
    {
        var voided = leases.Select(l => l.Lease).ToList();
        voided.ForEach(Forget);
        var returning = voided.Select(l => l.Run).Where(r => !record.Queue.Contains(r));
        return record with
        {
            Leases = [.. record.Leases.Where(l => !voided.Contains(l.Lease))],
            Queue = [.. returning, .. record.Queue],
            Voided = [.. record.Voided, .. voided.Select(l => new VoidLease(l, reason))],
        };
    }

    private void Forget(Lease lease)
    {
        _leaseSeen.Remove(lease.Token);
        _taken.Remove(lease.Token);
    }

    private IEnumerable<DeclaredSilo> LiveSilos()
    {
        var deadline = clock.GetUtcNow() - timings.LeaseLifetime;
        return _record.Value.Silos.Where(s => _siloSeen.GetValueOrDefault(s.Silo) >= deadline && !IsDead(s.Incarnation));
    }

    // Silence alone says it later.
    private bool IsDead(string incarnation) =>
        membership.CurrentSnapshot.Members.Values.Any(m => m.Status == SiloStatus.Dead && m.SiloAddress.ToParsableString() == incarnation);

    private void Tell()
    {
        if (_record.Value.Voided.Count > 0 || _record.Value.Leases.Any(l => !_taken.Contains(l.Lease.Token)))
        {
            _telling.Start("telling runs and trainers of their leases", TellAsync);
        }
    }

    // All at once, each for itself: one run that cannot be read must not keep the others waiting.
    private Task TellAsync(CancellationToken cancellationToken) => Task.WhenAll(
    [
        .. _record.Value.Voided.Select(voided => TellAsync($"run {voided.Lease.Run}", async () =>
        {
            await GrainFactory.GetGrain<ILeasedRunGrain>(voided.Lease.Run).LeaseVoidAsync(voided.Lease, voided.Reason);
            await _record.SetAsync(_record.Value with { Voided = [.. _record.Value.Voided.Where(v => v.Lease != voided.Lease)] });
        })),
        .. _record.Value.Leases.Where(l => !_taken.Contains(l.Lease.Token)).Select(granted => TellAsync($"device {granted.Lease.Device}", async () =>
        {
            await GrainFactory.GetGrain<ITrainerGrain>(granted.Lease.Device).TakeAsync(granted.Lease, cancellationToken);
            _taken.Add(granted.Lease.Token);
        })),
    ]);

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
