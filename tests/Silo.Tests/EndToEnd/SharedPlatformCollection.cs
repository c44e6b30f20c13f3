namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Tests that share one platform, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPlatformCollection : ICollectionFixture<SharedPlatform>
{
    public const string Name = "shared platform";
}
