using Hermes.Grains;
using Hermes.Grains.Catalog;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Silo.Devices;

/// <summary>Tells the scheduler, as long as this silo lives, which devices it has; at its start, wakes what was left unfinished.</summary>
internal sealed class DeviceDeclaration(
    SiloSettings settings, IGrainFactory grains, Recovery recovery, GrainTimings timings, TimeProvider clock, ILogger<DeviceDeclaration> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var incarnation = Guid.NewGuid().ToString("n");
        var devices = settings.Devices.Select(d => new DeviceDescription(settings.DeviceKey(d), settings.Name, d.Split(':')[0], settings.Threads)).ToList();
        var isAwake = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass).DeclareDevicesAsync(settings.Name, incarnation, devices, stoppingToken);
                if (!isAwake)
                {
                    await recovery.WakeAsync(stoppingToken);
                    isAwake = true;
                }
            }
#pragma warning disable CA1031 // The next turn declares again.
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogWarning(error, "The devices could not be declared");
            }

            await Task.Delay(timings.Tick, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
