using System.Net;
using Hermes.Silo.Configuration;
using Hermes.Silo.Storage;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Hermes.Silo.Membership;

/// <summary>How silos find each other and notice that one is gone: Orleans' own protocol, on the tables of the cluster's database.</summary>
internal static class ClusterMembership
{
    /// <summary>Whose states these are, whichever cluster works on them.</summary>
    public const string Service = "hermes";

    // A silo that is gone is declared dead by two others, or the one that is left, after three probes without an answer.
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(3);

    /// <summary>Makes a silo one of a cluster.</summary>
    public static void JoinCluster(this ISiloBuilder silo, SiloSettings settings, ClusterSettings cluster, Database database)
    {
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
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster.Name, Service));
        silo.Configure<ClusterMembershipOptions>(options => options.ProbeTimeout = Probe);
        silo.ConfigureEndpoints(IPAddress.Loopback, cluster.SiloPort, cluster.GatewayPort);
        silo.UseSiloMetadata(SiloTraits.Of(settings));
    }
}
