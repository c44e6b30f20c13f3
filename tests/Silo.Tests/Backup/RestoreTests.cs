using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Storage;

namespace Hermes.Silo.Tests.Backup;

/// <summary>From one machine to another, and from one machine to many.</summary>
public static class RestoreTests
{
    public sealed class IntoAnEmbeddedPlatform : RestoreContract
    {
        private protected override Task<Database> PrepareAsync()
        {
            var database = new SqliteDatabase(Folder.At("empty.db"));
            database.Prepare();
            return Task.FromResult<Database>(database);
        }
    }

    [Collection(PostgreSqlCollection.Name)]
    public sealed class IntoACluster(SharedPostgreSql shared) : RestoreContract
    {
        private protected override async Task<Database> PrepareAsync() => await shared.PreparedAsync();
    }
}
