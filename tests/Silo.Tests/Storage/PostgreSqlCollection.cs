namespace Hermes.Silo.Tests.Storage;

/// <summary>Tests that share one PostgreSQL server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PostgreSqlCollection : ICollectionFixture<SharedPostgreSql>
{
    public const string Name = "postgresql";
}
