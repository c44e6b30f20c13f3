using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Storage;

/// <summary>What the embedded database promises the cluster's does too, for a role that may read and write and nothing more.</summary>
public static class PostgresContractTests
{
    [Collection(PostgreSqlCollection.Name)]
    public sealed class OfGrainStates(SharedPostgreSql shared) : GrainStorageContract
    {
        public override Task DisposeAsync() => Task.CompletedTask;

        private protected override async Task<Database> PrepareAsync() => await shared.PreparedAsync();
    }

    [Collection(PostgreSqlCollection.Name)]
    public sealed class OfTheCatalog(SharedPostgreSql shared) : CatalogContract
    {
        public override Task DisposeAsync() => Task.CompletedTask;

        private protected override async Task<Database> PrepareAsync() => await shared.PreparedAsync();
    }

    [Collection(PostgreSqlCollection.Name)]
    public sealed class OfAccess(SharedPostgreSql shared) : AccessContract
    {
        public override Task DisposeAsync() => Task.CompletedTask;

        private protected override async Task<Database> PrepareAsync() => await shared.PreparedAsync();
    }
}
