using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hermes.Hosting;
using Hermes.Silo.Tests.Backup;
using Hermes.Silo.Tests.Processes;
using Hermes.Silo.Tests.Storage;
using Hermes.Silo.Tests.Telemetry;

namespace Hermes.Silo.Tests.Hosting;

/// <summary><c>hermes config</c>, as an administrator runs it.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class ConfigCommandTests(SharedPostgreSql shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Check_tries_database_broker_blobs_and_collector_and_finds_them_well()
    {
        var database = await shared.PreparedAsync();
        await using var broker = await RabbitMqServer.StartAsync();
        await using var collector = await Collector.StartAsync();

        var checkedAll = await CheckAsync(Settings(database.ConnectionString, broker.Address.ToString(), collector.Address));

        Assert.True(checkedAll.ExitCode == 0, checkedAll.Output + checkedAll.Error);
        Assert.Equal(
            ["settings", "data directory", "access token", "address", "ports", "database", "broker", "blobs", "collector"],
            checkedAll.Json.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("subject").GetString()));
    }

    [SkippableFact]
    public async Task Check_says_of_each_that_is_wrong_what_to_do_and_never_a_secret()
    {
        var (empty, _) = await shared.EmptyAsync();

        var unprepared = await CheckAsync(Settings(empty.ConnectionString, "amqp://user:s3cr3t@127.0.0.1:1/hermes"));
        var unreachable = await CheckAsync(Settings("Host=127.0.0.1;Port=1;Username=u;Password=s3cr3t", "amqp://user:s3cr3t@127.0.0.1:1/hermes"));

        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var tokenless = await CheckAsync(Settings(empty.ConnectionString, "amqp://127.0.0.1:1/", more: [("token-file", _folder.File("other", "short")), ("gateway-port", port)]));

        Assert.Equal((1, 1), (unprepared.ExitCode, unreachable.ExitCode));
        Assert.Contains("holds no access token", Problem(tokenless, "access token"), StringComparison.Ordinal);
        Assert.Contains("cannot be used: ", Problem(tokenless, "ports"), StringComparison.Ordinal);
        Assert.Contains("another port with --gateway-port", Problem(tokenless, "ports", "hint"), StringComparison.Ordinal);
        Assert.Contains("is not prepared for this build", Problem(unprepared, "database"), StringComparison.Ordinal);
        Assert.Contains("hermes cluster init", Problem(unprepared, "database", "hint"), StringComparison.Ordinal);
        Assert.Contains("The database u@127.0.0.1:1/u cannot be used", Problem(unreachable, "database"), StringComparison.Ordinal);
        Assert.Contains("The broker 127.0.0.1:1 cannot be used: Connection refused", Problem(unreachable, "broker"), StringComparison.Ordinal);
        Assert.Contains("The collector http://127.0.0.1:1/ cannot be used: Connection refused", Problem(unreachable, "collector"), StringComparison.Ordinal);
        Assert.All(new[] { unprepared, unreachable }, c => Assert.DoesNotContain("s3cr3t", c.Output + c.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_says_that_blobs_are_not_those_of_the_platform_and_makes_no_folder()
    {
        using var platform = await SmallPlatform.MakeAsync();
        using var other = await SmallPlatform.MakeAsync();

        var unmounted = await CheckAsync(Embedded(platform, _folder.At("unmounted")));
        var wrong = await CheckAsync(Embedded(platform, other.Blobs.Place));
        var right = await CheckAsync(Embedded(platform, platform.Blobs.Place));

        Assert.Contains($"are not in {_folder.At("unmounted")}: ", Problem(unmounted, "blobs"), StringComparison.Ordinal);
        Assert.Contains("belong to another platform, ", Problem(wrong, "blobs"), StringComparison.Ordinal);
        Assert.True(right.ExitCode == 0, right.Output);
        Assert.False(Directory.Exists(_folder.At("unmounted")));
    }

    [Fact]
    public async Task Check_says_what_is_wrong_with_a_certificate_and_with_links_in_clear_text()
    {
        var authority = new CertificateAuthority(_folder.Path, TimeProvider.System);
        authority.Create();
        var file = Settings(
            "Host=db.example;Username=u;Password=s3cr3t",
            "amqp://user:s3cr3t@127.0.0.1:1/hermes",
            more: [("tls-certificate-file", authority.Issue("one", ["10.0.0.5"]).File), ("tls-ca-file", authority.CertificateFile)]);

        var found = await CheckAsync(file);

        Assert.Contains("does not name 127.0.0.1", Problem(found, "certificate"), StringComparison.Ordinal);
        Assert.Contains("The database at db.example is on another machine", Problem(found, "database"), StringComparison.Ordinal);
        Assert.Contains("SSL Mode=VerifyFull", Problem(found, "database", "hint"), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", found.Output + found.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_asks_a_worker_whether_it_takes_the_libtorch_that_is_named()
    {
        var file = _folder.File("libtorch.json", JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["data-dir"] = "data", ["address"] = SiloProcess.FreeAddress(), ["libtorch"] = _folder.Path,
        }));

        Assert.StartsWith($"There is no libtorch in {_folder.Path}: ", Problem(await CheckAsync(file), "libtorch"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_names_where_a_setting_was_told_and_keeps_secrets_in_their_files()
    {
        var file = Settings("Host=db;Password=s3cr3t", "amqp://user:s3cr3t@host/");

        var shown = await HermesProcess.RunAsync("config", "show", "--config-file", file);

        Assert.Equal(0, shown.ExitCode);
        Assert.Contains($"name = west-1   in {file}", shown.Output, StringComparison.Ordinal);
        Assert.Contains("HERMES_CHECKPOINT_SECONDS", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", shown.Output, StringComparison.Ordinal);
    }

    private static string Problem(HermesProcess checkedAll, string subject, string part = "problem") =>
        checkedAll.Json.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("subject").GetString() == subject).GetProperty(part).GetString()!;

    private static Task<HermesProcess> CheckAsync(string file) => HermesProcess.RunAsync("config", "check", "--config-file", file, "--json");

    private string Embedded(SmallPlatform platform, string blobs) => _folder.File(
        "embedded.json",
        JsonSerializer.Serialize(new Dictionary<string, string> { ["data-dir"] = platform.Folder.Path, ["address"] = SiloProcess.FreeAddress(), ["blobs-dir"] = blobs }));

    private string Settings(string database, string broker, string collector = "http://127.0.0.1:1", params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["data-dir"] = "data",
            ["name"] = "west-1",
            ["address"] = SiloProcess.FreeAddress(),
            ["silo-port"] = Loopback.FreePorts(1)[0].ToString(CultureInfo.InvariantCulture),
            ["gateway-port"] = Loopback.FreePorts(1)[0].ToString(CultureInfo.InvariantCulture),
            ["database-file"] = Path.GetFileName(_folder.File("database", database)),
            ["token-file"] = Path.GetFileName(_folder.File("token", new string('t', 64))),
            ["otlp-endpoint"] = collector,
            ["broker-file"] = Path.GetFileName(_folder.File("broker", broker)),
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return _folder.File("silo.json", JsonSerializer.Serialize(settings));
    }
}
