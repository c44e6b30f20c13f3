using System.Net;
using Hermes.Grains.Interfaces.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Hermes.Client.Connection;

/// <summary>One living connection to the gateway of one silo process. It is never repaired: when it is lost, another takes its place.</summary>
internal sealed class GatewayLink : IAsyncDisposable
{
    // An actor whose silo stands still answers from another one once that silo is taken for dead; whoever asks must not wait much longer than that.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(12);

    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _lost;

    private GatewayLink(ServiceProvider services, CancellationTokenSource lost, PlatformDescription platform)
    {
        _services = services;
        _lost = lost;
        Platform = platform;
        Grains = services.GetRequiredService<IClusterClient>();
        Lost = lost.Token;
    }

    public PlatformDescription Platform { get; }

    public IGrainFactory Grains { get; }

    /// <summary>Cancelled when no gateway is connected any more.</summary>
    public CancellationToken Lost { get; }

    public static async Task<GatewayLink> OpenAsync(PlatformDescription platform, Wire wire, AccessToken? token, CancellationToken cancellationToken)
    {
        var address = PlatformAddress.Parse(platform.Gateway);
        var gateway = await ResolveAsync(address, cancellationToken).ConfigureAwait(false);
        var lost = new CancellationTokenSource();

        // A bare service collection instead of a host: a host would take over Ctrl-C and the terminal's log.
        var services = new ServiceCollection();
        services.AddOrleansClient(client =>
        {
            // The token is proved inside TLS.
            wire.Secure(client, address);
            client.UseStaticClustering(gateway)
                .AddActivityPropagation()
                .Configure<ClusterOptions>(options =>
                {
                    options.ClusterId = platform.ClusterId;
                    options.ServiceId = platform.ServiceId;
                })
                .Configure<ClientConnectionOptions>(options => options.ConfigureConnection(connection => connection.Prove(token)))
                .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = AnswerPatience)
                .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2))
                .AddClusterConnectionLostHandler((_, _) => _ = lost.CancelAsync());
        });
        var provider = services.BuildServiceProvider();
        try
        {
            foreach (var service in provider.GetServices<IHostedService>())
            {
                await service.StartAsync(cancellationToken).ConfigureAwait(false);
            }

            return new GatewayLink(provider, lost, platform);
        }
        catch
        {
            await provider.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says goodbye when somebody is there to hear it, and lets go in any case.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Lost.IsCancellationRequested ? TimeSpan.Zero : TimeSpan.FromSeconds(2));
        try
        {
            foreach (var service in _services.GetServices<IHostedService>().Reverse())
            {
                await service.StopAsync(limit.Token).WaitAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
            }

            await _services.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or ObjectDisposedException or OrleansException)
        {
            // The silo is gone; there is nobody to say goodbye to.
        }

        // Not disposed: a late notice that the gateway is gone may still arrive, and a source without a timer holds nothing.
        await _lost.CancelAsync().ConfigureAwait(false);
    }

    private static async Task<IPEndPoint> ResolveAsync(PlatformAddress gateway, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(gateway.Host, out var address))
        {
            return new IPEndPoint(address, gateway.Port);
        }

        var found = await Dns.GetHostAddressesAsync(gateway.Host, cancellationToken).ConfigureAwait(false);
        return new IPEndPoint(found[0], gateway.Port);
    }
}
