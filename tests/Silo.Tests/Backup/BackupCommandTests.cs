using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Processes;
using Npgsql;

namespace Hermes.Silo.Tests.Backup;

/// <summary><c>hermes backup</c> and <c>hermes restore</c> as people run them.</summary>
public sealed class BackupCommandTests : IAsyncLifetime
{
    private SmallPlatform _platform = null!;

    private string Data => _platform.Folder.Path;

    private string Restored => _platform.Folder.At("restored");

    public async Task InitializeAsync() => _platform = await SmallPlatform.MakeAsync();

    public Task DisposeAsync()
    {
        _platform.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_platform_is_backed_up_checked_and_restored_into_a_new_data_directory_and_what_was_done_is_told()
    {
        var made = await HermesProcess.RunAsync("backup", _platform.BackupFolder, "--data-dir", Data);
        var check = await HermesProcess.RunAsync("backup", "check", _platform.BackupFolder);
        var restored = await HermesProcess.RunAsync("restore", _platform.BackupFolder, "--data-dir", Restored, "--json");
        var again = await HermesProcess.RunAsync("restore", _platform.BackupFolder, "--data-dir", Restored);

        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("3 states, 2 tokens, 3 records of the audit and 3 blobs with 0.0 MiB", made.Output, StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || (File.GetUnixFileMode(_platform.BackupFolder) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) == 0);
        Assert.True(check.ExitCode == 0, check.Error);
        Assert.Contains("3 blobs with 0.0 MiB were compared with their digests; nothing is missing or damaged.", check.Output, StringComparison.Ordinal);
        Assert.True(restored.ExitCode == 0, restored.Output);
        Assert.Equal("local", restored.Json.GetProperty("snapshot").GetProperty("site").GetString());
        Assert.Equal(3, (await SmallPlatform.ReadAsync(new SqliteDatabase(Path.Combine(Restored, "hermes.db")))).States.Count);
        await new FileBlobStore(Path.Combine(Restored, "blobs")).VerifyAsync(_platform.Image);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("is not empty: it holds rows of access (2), audit (3), dataset (1), run (1), scheduler (1).", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_snapshot_of_an_older_kind_holds_no_tokens_is_told()
    {
        _platform.MakeOlder((await _platform.BackUpAsync()).Snapshot.Name);

        var restored = await HermesProcess.RunAsync("restore", _platform.BackupFolder, "--data-dir", Restored);

        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Contains("holds no tokens of people and no audit", restored.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stops_it_is_told_in_a_sentence()
    {
        await _platform.BackUpAsync();
        using var taken = DataDirectoryLock.Take(_platform.Folder.At("taken"));
        var settings = _platform.Folder.File("silo.json", """{"site": "elsewhere"}""");

        await AssertToldAsync($"There is no platform in {_platform.BackupFolder}: the file hermes.db is missing.", "backup", _platform.Folder.At("new"), "--data-dir", _platform.BackupFolder);
        await AssertToldAsync($"The folder {Data} holds something else than backups", "backup", Data, "--data-dir", Data);
        await AssertToldAsync($"There are no backups in {Data}", "restore", Data, "--data-dir", Restored);
        await AssertToldAsync("There is no snapshot 'none' in", "restore", _platform.BackupFolder, "--data-dir", Restored, "--snapshot", "none");
        await AssertToldAsync("works on the data directory", "restore", _platform.BackupFolder, "--data-dir", _platform.Folder.At("taken"));
        await AssertToldAsync("The backup is of the site local, and the silos are to keep the blobs of the site elsewhere", "restore", _platform.BackupFolder, "--config-file", settings, "--data-dir", Restored);
        Assert.False(Directory.Exists(Restored));
        Assert.False(Directory.Exists(_platform.Folder.At("new")));
    }

    [Fact]
    public async Task Blobs_of_another_platform_are_taken_over_only_when_that_is_said_and_its_silo_does_not_start_with_them_then()
    {
        await _platform.BackUpAsync();
        var old = _platform.Folder.Folder("old");
        await using (var silo = await SiloProcess.StartAsync(old))
        {
            Assert.Equal(0, await silo.TerminateAsync());
        }

        string[] restore = ["restore", _platform.BackupFolder, "--data-dir", Restored, "--blobs-dir", Path.Combine(old, "blobs")];
        await AssertToldAsync($"The blobs in {Path.Combine(old, "blobs")} belong to another platform, ", restore);
        var taken = await HermesProcess.RunAsync([.. restore, "--take-blobs"]);

        Assert.True(taken.ExitCode == 0, taken.Error);
        var (exitCode, _, errors) = await SiloProcess.RunAsync("--data-dir", old, "--address", SiloProcess.FreeAddress());
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The blobs in {Path.Combine(old, "blobs")} belong to another platform, ", errors, StringComparison.Ordinal);
        await using var restored = await SiloProcess.StartAsync(Restored, "--blobs-dir", Path.Combine(old, "blobs"));
    }

    [Fact]
    public async Task A_data_directory_and_a_database_that_is_named_elsewhere_are_two_platforms_and_neither_is_taken()
    {
        const string Elsewhere = "Host=127.0.0.1;Port=1;Username=u;Password=s3cr3t";
        var settings = _platform.Folder.File("silo.json", $$"""{"database-file": "{{_platform.Folder.File("database", Elsewhere)}}"}""");
        string[][] commands = [["backup", _platform.BackupFolder, "--data-dir", Data], ["restore", _platform.BackupFolder, "--data-dir", Restored]];
        await _platform.BackUpAsync();

        foreach (var command in commands)
        {
            var told = await HermesProcess.RunAsync(new Dictionary<string, string> { ["HERMES_DATABASE"] = Elsewhere }, command);
            Assert.Equal(1, told.ExitCode);
            Assert.Contains($"Two platforms are named: that of the data directory {command[^1]}, and that of a database, which stands in the variable HERMES_DATABASE.", told.Error, StringComparison.Ordinal);
            await AssertToldAsync($"which stands in {settings}.", [.. command, "--config-file", settings]);
        }
    }

    [SkippableFact]
    public async Task A_database_over_TLS_is_known_by_the_authority_that_an_option_names()
    {
        var authority = new CertificateAuthority(_platform.Folder.At("authority"), TimeProvider.System);
        authority.Create();
        await using var server = await PostgreSqlServer.StartAsync(new TlsFiles(authority.Issue("database", ["127.0.0.1"]).File, authority.CertificateFile));
        var address = new NpgsqlConnectionStringBuilder((await server.CreateDatabaseAsync()).ConnectionString) { RootCertificate = null };
        string[] place = ["--connection-file", _platform.Folder.File("database", address.ConnectionString), "--tls-ca-file", authority.CertificateFile];
        string[] blobs = ["--blobs-dir", _platform.Folder.At("restored-blobs")];
        await _platform.BackUpAsync();

        Assert.Equal(0, (await HermesProcess.RunAsync(["cluster", "init", .. place])).ExitCode);
        await AssertToldAsync("cannot be used: ", ["restore", _platform.BackupFolder, .. place[..2], .. blobs]);
        var restored = await HermesProcess.RunAsync(["restore", _platform.BackupFolder, .. place, .. blobs]);
        var made = await HermesProcess.RunAsync(["backup", _platform.Folder.At("again"), .. place, .. blobs]);

        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.True(made.ExitCode == 0, made.Error);
    }

    [Fact]
    public async Task With_the_blobs_of_another_platform_or_of_nobody_no_snapshot_is_made()
    {
        using var other = await SmallPlatform.MakeAsync();

        await AssertToldAsync(
            $"The blobs in {other.Blobs.Place} belong to another platform, ", "backup", _platform.BackupFolder, "--data-dir", Data, "--blobs-dir", other.Blobs.Place);
        await AssertToldAsync(
            $"are not in {_platform.Folder.At("unmounted")}: ", "backup", _platform.BackupFolder, "--data-dir", Data, "--blobs-dir", _platform.Folder.At("unmounted"));

        Assert.False(Directory.Exists(_platform.BackupFolder));
        Assert.False(Directory.Exists(_platform.Folder.At("unmounted")));
    }

    [Fact]
    public async Task A_backup_that_is_killed_is_none_and_the_next_one_goes_on_where_it_was()
    {
        const int Many = 150;
        var blobs = new List<BlobRef>();
        foreach (var seed in Enumerable.Range(0, Many))
        {
            var content = new byte[1 << 19];
            new Random(seed).NextBytes(content);
            blobs.Add(BlobDigest.Of(content, "local", MediaTypes.NiftiGz));
            await _platform.Blobs.PutStreamAsync(blobs[^1], new MemoryStream(content));
        }

        await _platform.StoreAsync("dataset", "local/large", new { Format = 1, Version = 1, Value = new { Images = blobs } });
        using (var cut = HermesProcess.Start(new Dictionary<string, string>(), "backup", _platform.BackupFolder, "--data-dir", Data))
        {
            await UntilAsync(() => Copied() > 5);
            cut.Kill();
            await cut.EndAsync(TimeSpan.FromSeconds(10));
        }

        var folder = Silo.Backup.BackupFolder.Make(_platform.BackupFolder);
        await UntilAsync(() => IsFree(folder));
        Assert.Empty(folder.All());
        Assert.InRange(Copied(), 6, Many);

        var next = await HermesProcess.RunAsync("backup", _platform.BackupFolder, "--data-dir", Data, "--json");

        Assert.True(next.ExitCode == 0, next.Output);
        Assert.InRange(next.Json.GetProperty("copied").GetInt32(), 0, Many - 3);
        Assert.Empty((await _platform.CheckAsync()).Problems);
        Assert.Single(folder.All());
    }

    private static async Task AssertToldAsync(string sentence, params string[] arguments)
    {
        var refused = await HermesProcess.RunAsync(arguments);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static bool IsFree(Silo.Backup.BackupFolder folder)
    {
        try
        {
            folder.Take().Dispose();
            return true;
        }
        catch (HermesException)
        {
            return false;
        }
    }

    private int Copied() => Directory.Exists(Path.Combine(_platform.BackupFolder, "blobs", "sha256"))
        ? Directory.EnumerateFiles(Path.Combine(_platform.BackupFolder, "blobs", "sha256"), "*", SearchOption.AllDirectories).Count()
        : 0;
}
