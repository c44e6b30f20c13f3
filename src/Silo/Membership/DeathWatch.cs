using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Silo.Membership;

/// <summary>When a silo of the cluster is gone, has the owners woken that were at work there: nobody else calls them.</summary>
internal sealed class DeathWatch(IClusterMembershipService membership, IGrainFactory grains, ILogger<DeathWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = new HashSet<SiloAddress>();
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var gone = snapshot.Members.Values.Where(m => m.Status == SiloStatus.Dead && known.Contains(m.SiloAddress)).ToList();
            known = [.. snapshot.Members.Values.Where(m => m.Status != SiloStatus.Dead).Select(m => m.SiloAddress)];
            if (gone.Count > 0)
            {
                log.LogWarning("Gone from the cluster: {Silos}", string.Join(", ", gone.Select(m => $"{m.Name} at {m.SiloAddress.Endpoint}")));
                await WakeAsync(stoppingToken);
            }
        }
    }

    private async Task WakeAsync(CancellationToken stoppingToken)
    {
        try
        {
            await grains.GetGrain<IRecoveryGrain>(0).WakeAsync(stoppingToken);
        }
#pragma warning disable CA1031 // The reminder wakes them later.
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogWarning("The owners of unfinished work could not be woken: {Reason}", error.Message);
        }
    }
}
