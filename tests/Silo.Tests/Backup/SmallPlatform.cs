using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;
using Hermes.Grains.Scheduling;
using Hermes.Grains.State;
using Hermes.Silo.Backup;
using Hermes.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Tests.Backup;

/// <summary>
/// What is stored of a small platform: a dataset with a page, a run on a device of the silo <c>old</c>, blobs, two tokens of which one was withdrawn, and who did what.
/// </summary>
internal sealed class SmallPlatform : IDisposable
{
    private SmallPlatform()
    {
        Database = new SqliteDatabase(Folder.At("hermes.db"));
        Database.Prepare();
        Blobs = new FileBlobStore(Folder.At("blobs"));
    }

    public TemporaryFolder Folder { get; } = new();

    public string BackupFolder => Folder.At("backup");

    public SqliteDatabase Database { get; }

    public FileBlobStore Blobs { get; }

    /// <summary>The platform's own token, and what it knows of others made of it.</summary>
    public AccessToken Token { get; } = AccessToken.Of(AccessToken.NewText())!;

    /// <summary>Ada's, which is good.</summary>
    public Bearer Ada { get; private set; } = null!;

    /// <summary>Ben's, which was withdrawn.</summary>
    public Bearer Ben { get; private set; } = null!;

    public BlobRef Image { get; private set; } = null!;

    public BlobRef Page { get; private set; } = null!;

    public BlobRef Checkpoint { get; private set; } = null!;

    public static async Task<SmallPlatform> MakeAsync()
    {
        var platform = new SmallPlatform();
        await BlobOwner.RequireAsync(platform.Database, platform.Blobs);
        await platform.Blobs.PrepareAsync();
        platform.Image = await platform.PutAsync("an image");
        platform.Page = await platform.Blobs.PutJsonAsync(new[] { new { platform.Image } });
        await platform.PutAsync("nobody refers to this");
        await platform.StoreAsync("dataset", "local/good", new { Format = 1, Version = 3, Value = new { State = "ready", Pages = new[] { platform.Page }, Dice = double.NaN } });
        platform.Checkpoint = await platform.PutAsync("a checkpoint");
        await platform.StoreAsync("run", "first", new { Format = 1, Version = 5, Value = new { State = "running", Checkpoints = new[] { platform.Checkpoint } } });
        await platform.StoreAsync(SchedulerRecord.StateName, "default", new Versioned<SchedulerRecord>
        {
            Format = 1,
            Version = 2,
            Value = new SchedulerRecord
            {
                Token = 4,
                Leases = [new GrantedLease(new Lease("old/cpu", "first", 4), "old", "1") { Since = DateTimeOffset.UnixEpoch }],
                Silos = [new DeclaredSilo("old", "1", [])],
            },
        });
        var catalog = new SqlCatalog(platform.Database);
        await catalog.UpsertAsync(new CatalogEntry(CatalogKinds.Run, "first", 5, "RUNNING", true, """{"step":4}""", DateTimeOffset.UnixEpoch.AddHours(1)), default);
        await catalog.UpsertAsync(new CatalogEntry(CatalogKinds.Dataset, "local/good", 3, "READY", false, """{"cases":"ä"}""", DateTimeOffset.UnixEpoch), default);
        await catalog.UpsertAsync(new CatalogEntry(CatalogKinds.Silo, "old", 1, "PRESENT", false, "{}", DateTimeOffset.UnixEpoch), default);
        await platform.GiveTokensAsync();
        return platform;
    }

    public Task<BackupReport> BackUpAsync(Action<BackupStep>? tell = null, long free = long.MaxValue) =>
        new BackupMaker(Database, Blobs, Silo.Backup.BackupFolder.Make(BackupFolder, () => free), TimeProvider.System, tell ?? (_ => { })).RunAsync(default);

    public Task<RestoreReport> RestoreAsync(Database database, IBlobStore blobs, string? name = null)
    {
        var backup = Silo.Backup.BackupFolder.Open(BackupFolder);
        return new Restorer(backup, backup.Find(name), database, blobs, _ => { }).RunAsync(default);
    }

    public Task<BackupCheckReport> CheckAsync() => new BackupChecker(Silo.Backup.BackupFolder.Open(BackupFolder), _ => { }).RunAsync(default);

    /// <summary>Makes a snapshot what it would be if a version had made it that knew neither tokens nor audit.</summary>
    public void MakeOlder(string snapshot)
    {
        var folder = Path.Combine(BackupFolder, "snapshots", snapshot);
        File.Delete(Path.Combine(folder, "access.jsonl"));
        File.Delete(Path.Combine(folder, "audit.jsonl"));
        var file = Path.Combine(folder, "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        manifest["form"] = 1;
        Assert.True(manifest.Remove("access") && manifest.Remove("audit"));
        File.WriteAllText(file, manifest.ToJsonString());
    }

    /// <summary>Where the backup keeps a blob.</summary>
    public string CopyOf(BlobRef blob) => Path.Combine(BackupFolder, "blobs", "sha256", blob.Sha256[..2], blob.Sha256[2..]);

    public async Task<BlobRef> PutAsync(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var blob = BlobDigest.Of(bytes, "local", MediaTypes.NiftiGz);
        await Blobs.PutStreamAsync(blob, new MemoryStream(bytes));
        return blob;
    }

    public async Task StoreAsync<T>(string kind, string key, T state)
    {
        await using var connection = await Database.OpenAsync(default);
        await using var command = Silo.Storage.Database.Command(
            connection,
            "INSERT INTO grain_state VALUES ('hermes', 1, @kind, 2, 0, 0, @key, @payload, 7, '') ON CONFLICT DO UPDATE SET payload = excluded.payload, version = version + 1",
            ("@kind", kind),
            ("@key", key),
            ("@payload", JsonSerializer.SerializeToUtf8Bytes(state, WorkOrderJson.Options)));
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Everything in a database.</summary>
    public static async Task<Stored> ReadAsync(Database database)
    {
        var stored = new Stored([], [], [], []);
        await new StoredRows(database).ReadAsync(stored.States.Add, stored.Catalog.Add, stored.Tokens.Add, stored.Records.Add, default);
        return stored;
    }

    /// <summary>What the scheduler of a database knows.</summary>
    public static async Task<SchedulerRecord> SchedulerAsync(Database database)
    {
        var row = (await ReadAsync(database)).States.Single(s => s.Type == SchedulerRecord.StateName);
        return new StateJson().Deserialize<Versioned<SchedulerRecord>>(BinaryData.FromString(row.State.GetRawText())).Value;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Folder.Dispose();
    }

    // One record has no end, and between two a number is missing, as after a call that broke off.
    private async Task GiveTokensAsync()
    {
        var (access, audit) = (new SqlAccess(Database, Token, TimeProvider.System), new SqlAudit(Database, TimeProvider.System));
        Ada = AccessToken.Of(await access.CreateAsync("ada", Role.Trainer, default))!.Bearer;
        Ben = AccessToken.Of(await access.CreateAsync("ben", Role.Viewer, default))!.Bearer;
        await access.WithdrawAsync("ben", default);
        await audit.EndAsync(await audit.BeginAsync(Ada, "start", "run", "first"), AuditOutcome.Done, null);
        await using (var connection = await Database.OpenAsync(default))
        await using (var gap = Silo.Storage.Database.Command(connection, "INSERT INTO audit VALUES (7, 0, 'ben', 'viewer', 'start', 'run', 'ä')"))
        {
            await gap.ExecuteNonQueryAsync();
        }

        await audit.EndAsync(7, AuditOutcome.Refused, "It needs a trainer.");
        await audit.BeginAsync(Bearer.Platform, "withdraw", "access", "ben");
    }

    /// <summary>What is stored in a database.</summary>
    public sealed record Stored(List<StateRow> States, List<CatalogEntry> Catalog, List<AccessEntry> Tokens, List<AuditRecord> Records);
}
