using System.Net;
using System.Net.Sockets;
using Hermes.Grains.Interfaces;
using Hermes.Silo.Configuration;

namespace Hermes.Silo.Membership;

/// <summary>
/// Silos of a cluster differ in name: devices, and what the catalog knows of a silo, are called by it. One that begins is refused while another of its name
/// answers; of two that began together the later ends itself. One that died, and now begins at another address, is in its own way no longer.
/// </summary>
internal sealed class OneName(
    SiloSettings settings, IMembershipTable table, IClusterMembershipService membership, ILocalSiloDetails self, IHostApplicationLifetime life, ILogger<OneName> log)
    : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private enum Sign
    {
        Answers,
        Refuses,
        None,
    }

    /// <summary>Why this silo ended itself; null while it did not.</summary>
    public HermesException? Refusal { get; private set; }

    /// <summary>
    /// Looks for others of this silo's name before it joins. A former life of its own, where nobody listens any more, is declared dead: else this one would wait
    /// until others notice.
    /// </summary>
    /// <exception cref="HermesException">One answers.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await table.InitializeMembershipTableAsync(true, cancellationToken);
        foreach (var (other, _) in (await table.ReadAllAsync(cancellationToken)).Members.Where(m => m.Item1.SiloName == settings.Name && m.Item1.Status != SiloStatus.Dead))
        {
            switch (await SignAsync(other.SiloAddress.Endpoint, cancellationToken))
            {
                case Sign.Answers:
                    throw Taken(other.SiloAddress.Endpoint);
                case Sign.Refuses:
                    await membership.TryKill(other.SiloAddress);
                    break;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            foreach (var other in snapshot.Members.Values.Where(m => m.Status == SiloStatus.Active && m.Name == settings.Name && IsEarlier(m.SiloAddress)))
            {
                if (await SignAsync(other.SiloAddress.Endpoint, stoppingToken) == Sign.Answers)
                {
                    Refusal = Taken(other.SiloAddress.Endpoint);
                    log.LogError("It ends: {Reason}", Refusal.Message);
                    life.StopApplication();
                    return;
                }
            }
        }
    }

    private bool IsEarlier(SiloAddress other) => (other.Generation, other).CompareTo((self.SiloAddress.Generation, self.SiloAddress)) < 0;

    // Where nobody listens the machine says so; silence may be that of the network between, and Orleans' own protocol decides then.
    private static async Task<Sign> SignAsync(IPEndPoint place, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var probe = new TcpClient(place.AddressFamily);
        try
        {
            await probe.ConnectAsync(place, limit.Token);
            return Sign.Answers;
        }
        catch (SocketException nobody)
        {
            return nobody.SocketErrorCode == SocketError.ConnectionRefused ? Sign.Refuses : Sign.None;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Sign.None;
        }
    }

    private HermesException Taken(IPEndPoint place) => new(
        $"The cluster has a silo {settings.Name} already, at {place}, where something answers.",
        hint: $"Silos of a cluster differ in name: choose another with {SettingKeys.Name.Option.Name}, or end that one first.");
}
