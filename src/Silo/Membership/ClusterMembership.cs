using System.Net;
using Hermes.Silo.Configuration;
using Hermes.Silo.Devices;
using Hermes.Silo.Storage;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Hermes.Silo.Membership;

/// <summary>How silos find each other and notice that one is gone: Orleans' own protocol, on the tables of the cluster's database.</summary>
internal static class ClusterMembership
{
    /// <summary>Whose states these are, whichever cluster works on them.</summary>
    public const string Service = "hermes";

    // One that is killed is dead after three probes that are refused; one that stands still, when its connections were silent as long as three of the
    // longest probes may last.
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    /// <summary>Makes a silo one of the cluster: a database has one, which is called what stands there, because two would work on the same states.</summary>
    public static void JoinCluster(this ISiloBuilder silo, SiloSettings settings, ClusterSettings cluster, SiloDevices devices, Database database)
    {
        var name = PlatformRow.ClusterAsync(database).GetAwaiter().GetResult();
        silo.UseAdoNetClustering(options =>
        {
            options.Invariant = database.Invariant;
            options.ConnectionString = database.ConnectionString;
        });
        silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = database.Invariant;
            options.ConnectionString = database.ConnectionString;
        });
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (name, Service));
        silo.Configure<ClusterMembershipOptions>(options => (options.ProbeTimeout, options.MaxProbeTimeout) = (Probe, LongestProbe));
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = settings.Advertised;
            (options.SiloPort, options.GatewayPort) = (cluster.SiloPort, cluster.GatewayPort);
            options.SiloListeningEndpoint = new IPEndPoint(settings.Address.Address, cluster.SiloPort);
            options.GatewayListeningEndpoint = new IPEndPoint(settings.Address.Address, cluster.GatewayPort);
        });
        silo.UseSiloMetadata(SiloTraits.Of(settings, devices));
    }
}
