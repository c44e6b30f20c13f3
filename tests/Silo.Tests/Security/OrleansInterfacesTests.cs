using System.Reflection;
using Hermes.Silo.Security;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Invocation;

namespace Hermes.Silo.Tests.Security;

/// <summary>
/// What a call can ask of Orleans itself, in the version that the silo is built with. Another version fails here: read what is new and decide, in <see cref="CallAccess"/>
/// what every client needs, and below what is for silos alone, as all is that nobody decided about.
/// </summary>
public sealed class OrleansInterfacesTests
{
    private static readonly string[] ForSilos =
    [
        "Orleans.ClientObservers.IClientGatewayObserver",
        "Orleans.Core.Internal.IGrainManagementExtension",
        "Orleans.IRemindable",
        "Orleans.IReminderService",
        "Orleans.IReminderTableGrain",
        "Orleans.ISiloControl",
        "Orleans.Placement.Rebalancing.IActivationRebalancerMonitor",
        "Orleans.Placement.Rebalancing.IActivationRebalancerWorker",
        "Orleans.Placement.Repartitioning.IActivationRepartitionerSystemTarget",
        "Orleans.Runtime.Development.IDevelopmentLeaseProviderGrain",
        "Orleans.Runtime.GrainDirectory.IGrainDirectoryClient",
        "Orleans.Runtime.GrainDirectory.IGrainDirectoryPartition",
        "Orleans.Runtime.GrainDirectory.IGrainDirectoryTestHooks",
        "Orleans.Runtime.GrainDirectory.IRemoteClientDirectory",
        "Orleans.Runtime.IActivationMigrationManagerSystemTarget",
        "Orleans.Runtime.ICatalog",
        "Orleans.Runtime.IDeploymentLoadPublisher",
        "Orleans.Runtime.IGrainCallCancellationManagerSystemTarget",
        "Orleans.Runtime.IGrainTimerInvoker",
        "Orleans.Runtime.IManagementGrain",
        "Orleans.Runtime.IMembershipService",
        "Orleans.Runtime.IRemoteGrainDirectory",
        "Orleans.Runtime.ISiloManifestSystemTarget",
        "Orleans.Runtime.MembershipService.SiloMetadata.ISiloMetadataSystemTarget",
        "Orleans.Runtime.Versions.IVersionStoreGrain",
        "Orleans.Storage.IMemoryStorageGrain",
    ];

    private static readonly IReadOnlyList<Assembly> Assemblies =
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "Orleans.*.dll").Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)))];

    private static readonly IReadOnlyList<Type> Interfaces =
    [
        .. Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)) && type.GetMethods().Length > 0),
    ];

    [Fact]
    public void Every_interface_of_Orleans_that_a_call_can_name_was_decided_about_and_every_one_decided_about_is_there()
    {
        string[] decided = [.. ForSilos, .. CallAccess.ForEverybody];

        Assert.Equal(decided.Order(StringComparer.Ordinal), Interfaces.Select(type => type.FullName!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_everybody_may_ask_of_Orleans_is_to_look_to_go_on_with_a_stream_and_to_give_up() => Assert.Equal(
        [
            "IAsyncEnumerableGrainExtension.DisposeAsync", "IAsyncEnumerableGrainExtension.MoveNext", "IAsyncEnumerableGrainExtension.StartEnumeration",
            "ICancellationSourcesExtension.CancelRemoteToken",
            "IClusterManifestSystemTarget.GetClusterManifest", "IClusterManifestSystemTarget.GetClusterManifestHashSummary", "IClusterManifestSystemTarget.GetClusterManifestUpdate",
            "IClusterManifestSystemTarget.GetSiloManifestByHash", "IClusterManifestSystemTarget.GetSiloManifestHash",
            "IGrainCallCancellationExtension.CancelRequestAsync",
        ],
        Interfaces.Where(type => CallAccess.ForEverybody.Contains(type.FullName!))
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}")).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_call_of_an_actor_s_own_timer_cannot_be_written_down()
    {
        var all = Assemblies.SelectMany(assembly => assembly.GetTypes()).ToList();
        var tick = Assert.Single(all, type => type.FullName == CallAccess.Tick);

        Assert.True(tick.IsAssignableTo(typeof(IInvokable)));
        Assert.DoesNotContain(typeof(IFieldCodec<>).MakeGenericType(tick), all.SelectMany(type => type.GetInterfaces()));
    }
}
