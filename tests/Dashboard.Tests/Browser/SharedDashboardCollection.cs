namespace Hermes.Dashboard.Tests.Browser;

/// <summary>Tests that share one platform and one browser, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedDashboardCollection : ICollectionFixture<SharedDashboard>
{
    public const string Name = "shared dashboard";
}
