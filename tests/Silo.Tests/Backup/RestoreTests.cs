using Hermes.Blobs;
using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Storage;

namespace Hermes.Silo.Tests.Backup;

/// <summary>From one machine to another, and from one machine to many.</summary>
public static class RestoreTests
{
    public sealed class IntoAnEmbeddedPlatform : RestoreContract
    {
        private protected override Task<Database> PrepareAsync() => EmbeddedAsync(Folder);
    }

    public sealed class IntoAnObjectStore(SharedAzurite shared) : RestoreContract, IClassFixture<SharedAzurite>
    {
        private protected override Task<Database> PrepareAsync() => EmbeddedAsync(Folder);

        private protected override async Task<IBlobStore> OpenAsync()
        {
            var store = new AzureBlobStore((await shared.ServerAsync()).NewContainer(), Folder.At("copies"));
            await store.PrepareAsync();
            return store;
        }
    }

    [Collection(PostgreSqlCollection.Name)]
    public sealed class IntoACluster(SharedPostgreSql shared) : RestoreContract
    {
        private protected override async Task<Database> PrepareAsync() => await shared.PreparedAsync();
    }

    private static Task<Database> EmbeddedAsync(TemporaryFolder folder)
    {
        var database = new SqliteDatabase(folder.At("empty.db"));
        database.Prepare();
        return Task.FromResult<Database>(database);
    }
}
