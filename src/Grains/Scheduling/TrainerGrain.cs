using System.Diagnostics;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Placement;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Hermes.Grains.Scheduling;

/// <inheritdoc cref="ITrainerGrain"/>
/// <remarks>Nothing is stored here: the scheduler owns the lease and the run its state, so a lost trainer is only a lost lease.</remarks>
[OnDeviceSilo]
[Immovable]
public sealed class TrainerGrain(IWorkerPool workers, GrainTimings timings, TimeProvider clock, ILogger<TrainerGrain> log) : Grain, ITrainerGrain
{
    private Action? _stop;
    private Task _work = Task.CompletedTask;
    private Lease? _lease;
    private IReadOnlyList<Lease> _unasked = [];
    private long _highest;
    private bool _isEnding;

    private string Device => this.GetPrimaryKeyString();

    private ISchedulerGrain Scheduler => GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(RenewAsync, new GrainTimerCreationOptions(timings.Tick, timings.Tick));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stop?.Invoke();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <inheritdoc/>
    public Task TakeAsync(Lease lease, CancellationToken cancellationToken)
    {
        Take(lease, stop => TakeStepsAsync(lease, stop));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task HelpAsync(Lease lease, TrainOrder order, CancellationToken cancellationToken)
    {
        Take(lease, stop => HelpAsync(order, stop));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (_lease == lease)
        {
            _stop?.Invoke();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        _isEnding = true;
        _stop?.Invoke();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private void Take(Lease lease, Func<CancellationToken, Task> work)
    {
        if (lease.Token > _highest && !_isEnding)
        {
            _highest = lease.Token;
            _stop?.Invoke();
            var stop = new CancellationTokenSource();
            _stop = stop.Cancel;
            _lease = lease;
            _work = WorkAsync(lease, _work, () => work(stop.Token));
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (_lease is not { } lease)
        {
            return;
        }

        DelayDeactivation(timings.LeaseLifetime);
        if (!await Scheduler.RenewAsync(lease, cancellationToken) && _lease == lease)
        {
            _stop?.Invoke();
        }

        // Whoever is asked renews its own.
        await Task.WhenAll(_unasked.Select(other => Scheduler.RenewAsync(other, cancellationToken)));
    }

    private async Task WorkAsync(Lease lease, Task before, Func<Task> work)
    {
        // The device's worker has one training order at a time: the one before, already asked to stop, ends first.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding);
        try
        {
            DelayDeactivation(timings.LeaseLifetime);
            await work();
        }
#pragma warning disable CA1031 // Whatever it was, the device must become free and the run is told through its lease.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "Work on run {Run} on {Device} ended early", lease.Run, Device);
        }

        if (_lease == lease)
        {
            _lease = null;
        }

        await ReleaseAsync(lease);
    }

    private async Task TakeStepsAsync(Lease lease, CancellationToken cancellationToken)
    {
        _unasked = await BesideAsync(lease);
        if (await GrainFactory.GetGrain<ILeasedRunGrain>(lease.Run).BeginAsync(lease, CancellationToken.None) is { } order)
        {
            order = WithMeeting(order);
            await AskForHelpAsync(order);
            await TrainAsync(lease, order, cancellationToken);
        }
    }

    // A scheduler of the version before knows of none, and no run waits for that.
    private async Task<IReadOnlyList<Lease>> BesideAsync(Lease lease)
    {
        try
        {
            return await Scheduler.ListBesideAsync(lease, CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever it was, the run goes on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogDebug(error, "The other devices of run {Run} could not be asked for", lease.Run);
            return [];
        }
    }

    // Nobody who does not know it can take the name before.
    private static TrainOrder WithMeeting(TrainOrder order) =>
        order.Place is { } place ? order with { Place = place with { Meeting = $"{place.Meeting}/{Guid.NewGuid():N}" } } : order;

    // Whoever does not come is not waited for: the result is the same without.
    private async Task AskForHelpAsync(TrainOrder order)
    {
        if (order.Place is not { } place)
        {
            return;
        }

        try
        {
            await Task.WhenAll(_unasked.Select(other => GrainFactory.GetGrain<ITrainerGrain>(other.Device).HelpAsync(
                other, order with { OrderId = $"{order.OrderId}/{other.Place}", Place = place with { Place = other.Place } })));
        }
#pragma warning disable CA1031 // Whatever it was, the run goes on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "Not all devices of run {Run} could be asked to help", order.Run);
        }

        _unasked = [];
    }

    // What becomes of the run its first device tells.
    private async Task HelpAsync(TrainOrder order, CancellationToken cancellationToken)
    {
        await foreach (var message in workers.ExecuteAsync(Device, order, alone: false, cancellationToken))
        {
            if (message.Report is { Failed: { } failure })
            {
                log.LogWarning("{Device} cannot help run {Run}: {Failure}", Device, order.Run, failure.Message);
            }
        }
    }

    private async Task TrainAsync(Lease lease, TrainOrder order, CancellationToken cancellationToken)
    {
        var run = GrainFactory.GetGrain<ILeasedRunGrain>(lease.Run);
        using var fenced = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lastProgress = DateTimeOffset.MinValue;
        try
        {
            await foreach (var message in workers.ExecuteAsync(Device, order, alone: false, fenced.Token))
            {
                if (message.Report is not { } report)
                {
                    continue;
                }

                var now = clock.GetUtcNow();
                if (report.IsOnlyProgress && now - lastProgress < timings.ProgressInterval)
                {
                    continue;
                }

                lastProgress = now;
                if (!await DeliverAsync(run, lease, report))
                {
                    await fenced.CancelAsync();
                }
            }
        }
        catch (WorkerLostException lost)
        {
            // A worker that was ended because it did not stop in time has not crashed.
            await DeliverAsync(run, lease, cancellationToken.IsCancellationRequested
                ? new TrainReport { Cancelled = true }
                : new TrainReport { Lost = lost.Story, LostOverOther = !lost.WasExecuting });
        }
#pragma warning disable CA1031 // Whatever it was, it would come again: the run counts it, and its pauses grow.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "Run {Run} cannot go on at {Device}", lease.Run, Device);
            var story = $"its silo could not go on with it: {error.Message}";
            await DeliverAsync(run, lease, Away.Is(error) ? new TrainReport { Failed = new Failure(story, IsPassing: true) } : new TrainReport { Lost = story });
        }
    }

    // A report that was not answered may have arrived; the run takes the same report twice. One that could not be stored, as while the database is away, is told
    // again for as long as its lease may outlive that.
    private async Task<bool> DeliverAsync(ILeasedRunGrain run, Lease lease, TrainReport report)
    {
        if (!report.IsEnd)
        {
            // Two a second for days would bury the trace of whoever asked for the run; the worker's phases tell how it goes.
            Activity.Current = null;
        }

        const int LongestPause = 5;
        var from = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await run.ReportAsync(lease, report);
            }
            catch (Exception error) when (clock.GetElapsedTime(from) < timings.LeaseLifetime)
            {
                log.LogWarning(error, "A report of run {Run} was not taken; trying again", lease.Run);
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(attempt, LongestPause)), clock);
            }
        }
    }

    private async Task ReleaseAsync(Lease lease)
    {
        try
        {
            await Scheduler.ReleaseAsync(lease);
        }
#pragma warning disable CA1031 // Without an answer the lease ends by itself.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "The lease of run {Run} could not be given back", lease.Run);
        }
    }
}
