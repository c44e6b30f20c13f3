using System.CommandLine;
using Hermes.Grains.Interfaces;
using Hermes.Silo.Configuration;
using Hermes.Silo.Hosting;

namespace Hermes.Silo.Tests.Configuration;

public sealed class ToldSettingsTests : IDisposable
{
    private const string Broker = "amqps://user:s3cr3t@broker.example/hermes";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_option_goes_before_the_environment_and_the_environment_before_the_file()
    {
        var file = _folder.File("silo.json", """{ "threads": 2, "ingest-workers": 2, "site": "clinic", "device": ["cpu", "cuda:1"] }""");
        var told = Read(["--config-file", file, "--threads", "4"], ("HERMES_THREADS", "3"), ("HERMES_INGEST_WORKERS", "3"), ("HERMES_NAME", ""));

        Assert.Equal((4, "in the option --threads"), (told.Whole(SettingKeys.Threads), told.Origin(SettingKeys.Threads)));
        Assert.Equal((3, "in the variable HERMES_INGEST_WORKERS"), (told.Whole(SettingKeys.IngestWorkers), told.Origin(SettingKeys.IngestWorkers)));
        Assert.Equal(("clinic", $"in {file}"), (told.Get(SettingKeys.Site), told.Origin(SettingKeys.Site)));
        Assert.Equal(["cpu", "cuda:1"], SettingKeys.Devices(told.Get(SettingKeys.Device)));
        Assert.Equal((30, null), (told.Number(SettingKeys.CheckpointSeconds), told.Origin(SettingKeys.CheckpointSeconds)));
        Assert.Null(told.Find(SettingKeys.Name));
    }

    [Fact]
    public void The_environment_may_name_the_file_and_folders_in_it_lie_beside_it()
    {
        var file = _folder.File("silo.json", """{ "data-dir": "data", "blobs-dir": "/mnt/blobs" }""");
        var told = Read([], ("HERMES_CONFIG_FILE", file));

        Assert.Equal((_folder.At("data"), "/mnt/blobs"), (told.Find(SettingKeys.DataDirectory), told.Find(SettingKeys.BlobsDirectory)));
    }

    [Theory]
    [InlineData("""{ "threds": 2 }""", "holds what is no setting: threds.")]
    [InlineData("""{ "threads": 2 """, "cannot be read:")]
    [InlineData("""{ "threads": "many" }""", "The setting threads needs a whole number from 1 to 1024; 'many' was given. It stands in ")]
    [InlineData("""{ "address": "here:1" }""", "The setting address needs an IP address and a port")]
    [InlineData("""{ "host": "a b" }""", "The setting host needs a host name or an IP address")]
    [InlineData("""{ "device": "gpu" }""", "The setting device needs cpu, cpu:N, cuda:N, auto or none")]
    [InlineData("""{ "device": ["cpu", "cpu"] }""", "The setting device needs")]
    [InlineData("""{ "allocator": "tcmalloc" }""", "The setting allocator needs auto, system or a full path without spaces and colons, with 'malloc' in the file's name; 'tcmalloc' was given.")]
    [InlineData("""{ "name": "a b" }""", "The setting name needs a name of letters, digits and dashes")]
    [InlineData("""{ "silo-port": 70000 }""", "The setting silo-port needs a port")]
    public void What_cannot_be_used_is_told_with_where_it_stands(string settings, string sentence)
    {
        var file = _folder.File("silo.json", settings);

        var refused = Assert.Throws<HermesException>(() => SiloSettings.Of(Read(["--config-file", file]), false));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Equal(file, refused.File);
    }

    [Fact]
    public void A_file_that_is_missing_is_named()
    {
        var refused = Assert.Throws<HermesException>(() => Read(["--config-file", _folder.At("none.json")]));

        Assert.StartsWith($"The settings in {_folder.At("none.json")} cannot be read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_have_tcmalloc_where_it_is_unless_another_allocator_is_named_that_is_there()
    {
        var library = _folder.File("libjemalloc.so.2");

        Assert.Equal("auto", SiloSettings.Of(Read([]), false).Allocator);
        Assert.Equal("system", SiloSettings.Of(Read([], ("HERMES_ALLOCATOR", "system")), false).Allocator);
        Assert.Equal(library, SiloSettings.Of(Read(["--allocator", library]), false).Allocator);
        var refused = Assert.Throws<HermesException>(() => SiloSettings.Of(Read(["--allocator", _folder.At("libnomalloc.so")]), false));
        Assert.Equal($"There is no allocator at {_folder.At("libnomalloc.so")}.", refused.Message);
    }

    [Fact]
    public void A_database_makes_the_silo_one_of_a_cluster_which_needs_a_broker_and_an_access_token()
    {
        var database = _folder.File("database", "Host=db.example;Username=hermes;Password=s3cr3t");
        string[] options = ["--database-file", database, "--silo-port", "7001", "--gateway-port", "7002"];

        var lonely = Assert.Throws<HermesException>(() => SiloSettings.Of(Read(options), false));
        options = [.. options, "--broker-file", _folder.File("broker", Broker)];
        var open = Assert.Throws<HermesException>(() => SiloSettings.Of(Read(options), false));
        var settings = SiloSettings.Of(Read([.. options, "--token-file", "token"]), false);

        Assert.StartsWith("A silo of a cluster needs a broker", lonely.Message, StringComparison.Ordinal);
        Assert.StartsWith("A silo of a cluster needs an access token", open.Message, StringComparison.Ordinal);
        Assert.Equal((7001, 7002), (settings.Cluster!.SiloPort, settings.Cluster.GatewayPort));
        Assert.Equal(Environment.MachineName, settings.Name, ignoreCase: true);
        Assert.Equal("silo", SiloSettings.Of(Read([]), false).Name);
    }

    [Fact]
    public void Every_setting_has_a_meaning_a_variable_and_an_option_in_the_help()
    {
        var options = SiloCommand.Create((_, _) => Task.FromResult(0)).Options.Select(o => o.Name).ToList();

        Assert.All(SettingKeys.All, key => Assert.Contains($"--{key.Name}", options));
        Assert.All(SettingKeys.All, key => Assert.EndsWith(".", key.Meaning, StringComparison.Ordinal));
        Assert.All(SettingKeys.All, key => Assert.True(key.Standard is null || key.WhyNot(key.Standard) is null));
        Assert.Equal(SettingKeys.All.Count, SettingKeys.All.Select(key => key.Variable).Distinct().Count());
    }

    private static ToldSettings Read(string[] options, params (string Name, string Value)[] environment) => ToldSettings.Read(
        SiloCommand.Create((_, _) => Task.FromResult(0)).Parse(options), name => environment.FirstOrDefault(e => e.Name == name).Value);
}
