namespace Hermes.Grains.Tests.Cluster;

[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<HermesCluster>
{
    public const string Name = "cluster";
}
