using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Seams;
using Hermes.Silo.Configuration;

namespace Hermes.Silo.Devices;

/// <summary>
/// Tells the scheduler, as long as this silo lives, which devices it has; at its start, wakes what was left unfinished; before its
/// end, takes the devices back and waits until they are at rest, while the actors can still write what they hear.
/// </summary>
internal sealed class DeviceDeclaration(
    SiloSettings settings, SiloDevices devices, ILocalSiloDetails self, IGrainFactory grains, GrainTimings timings, TimeProvider clock, ILogger<DeviceDeclaration> log)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan DeclarePatience = TimeSpan.FromSeconds(5);

    // Known to the whole cluster: that it is gone is heard from its membership.
    private readonly string _incarnation = self.SiloAddress.ToParsableString();
    private readonly CancellationTokenSource _ending = new();

    private ISchedulerGrain Scheduler => grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass);

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        await (ExecuteTask ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The silo that has the scheduler may stand still; the step under way is saved all the same.
        using var patience = new CancellationTokenSource(DeclarePatience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await TryAsync("taken back", () => Scheduler.DeclareDevicesAsync(settings.Name, _incarnation, [], limit.Token).WaitAsync(limit.Token));

        // A device trains on only when its segmentation has ended.
        await TryAsync("at rest", () => Task.WhenAll(devices.All.Select(d => grains.GetGrain<IInferenceGrain>(d.Key).EndAsync(cancellationToken))));
        await TryAsync("at rest", () => Task.WhenAll(devices.All.Select(d => grains.GetGrain<ITrainerGrain>(d.Key).EndAsync(cancellationToken))));
    }

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ending.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _ending.Token);
        var stop = either.Token;
        var isAwake = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Scheduler.DeclareDevicesAsync(settings.Name, _incarnation, devices.All, stop);
                if (!isAwake)
                {
                    await grains.GetGrain<IRecoveryGrain>(0).WakeAsync(stop);
                    isAwake = true;
                }
            }
#pragma warning disable CA1031 // The next turn declares again.
            catch (Exception error) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogWarning(error, "The devices could not be declared");
            }

            await Task.Delay(timings.Tick, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryAsync(string what, Func<Task> end)
    {
        try
        {
            await end();
        }
#pragma warning disable CA1031 // The end goes on; what was not saved is done again from the last checkpoint.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogWarning("The devices are not {What}: {Reason}", what, error.Message);
        }
    }
}
