using Hermes.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Tests.Storage;

/// <summary>The database of the embedded platform.</summary>
public static class SqliteDatabaseTests
{
    public sealed class OfGrainStates : GrainStorageContract
    {
        private readonly TemporaryFolder _folder = new();

        [Fact]
        public void The_database_keeps_a_journal_that_readers_do_not_wait_for_and_flushes_every_write()
        {
            Assert.Equal("wal", Scalar("PRAGMA journal_mode"));
            Assert.Equal(2L, Scalar("PRAGMA synchronous"));
        }

        public override Task DisposeAsync() => LetGoAsync(_folder);

        private protected override Task<Database> PrepareAsync() => Task.FromResult<Database>(Prepared(_folder));
    }

    public sealed class OfTheCatalog : CatalogContract
    {
        private readonly TemporaryFolder _folder = new();

        public override Task DisposeAsync() => LetGoAsync(_folder);

        private protected override Task<Database> PrepareAsync() => Task.FromResult<Database>(Prepared(_folder));
    }

    public sealed class OfAccess : AccessContract
    {
        private readonly TemporaryFolder _folder = new();

        public override Task DisposeAsync() => LetGoAsync(_folder);

        private protected override Task<Database> PrepareAsync() => Task.FromResult<Database>(Prepared(_folder));
    }

    private static SqliteDatabase Prepared(TemporaryFolder folder)
    {
        var database = new SqliteDatabase(folder.At("hermes.db"));
        database.Prepare();
        database.Prepare();
        return database;
    }

    private static Task LetGoAsync(TemporaryFolder folder)
    {
        SqliteConnection.ClearAllPools();
        folder.Dispose();
        return Task.CompletedTask;
    }
}
