using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Hermes.Hosting;

namespace Hermes.Silo.Tests.EndToEnd.Chaos;

public sealed class DemoClusterTests : IDisposable
{
    private static readonly TimeSpan Patience = 2 * Grace.Command;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_demonstration_outlives_its_parts_ends_with_its_keeper_goes_up_again_and_leaves_nothing()
    {
        await using var cluster = await DemoCluster.StartAsync();
        var first = await cluster.StatusAsync();
        Assert.Equal(
            ["postgresql", "rabbitmq", "azurite", "storage", "one", "two", "dashboard"], Parts(first).Select(p => p.GetProperty("name").GetString()));
        Assert.All(Parts(first), p => Assert.True(p.GetProperty("answers").GetBoolean(), p.ToString()));
        Assert.Equal(first.ToString(), (await cluster.HermesAsync("up")).Json.ToString());

        Kill(await cluster.ProcessAsync("dashboard"));
        var again = await UntilAsync(
            async () => Parts(await cluster.StatusAsync()).Last(), part => part.GetProperty("starts").GetInt32() == 2 && part.GetProperty("answers").GetBoolean());
        Assert.NotEqual(Parts(first).Last().GetProperty("processId").GetInt32(), again.GetProperty("processId").GetInt32());

        Kill(first.GetProperty("processId").GetInt32());
        await UntilAsync(() => Task.FromResult(string.Join('\n', cluster.Living().Select(p => $"{p} {Platform.CommandLineOf(p)}"))), living => living.Length == 0);
        var gone = await cluster.HermesAsync("status");
        Assert.Equal(1, gone.ExitCode);
        Assert.StartsWith("No demonstration is up in", gone.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await cluster.HermesAsync("up")).ExitCode);
        await using (var client = await cluster.ConnectAsync())
        {
            Assert.Empty(await client.Datasets.ListAsync().ToListAsync());
        }

        Assert.Equal(0, (await cluster.HermesAsync("down")).ExitCode);
        Assert.Empty(cluster.Living());

        // One that is only starting is ended, too.
        var starting = cluster.HermesAsync("up");
        await UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(cluster.Root, "status.json"))), isThere => isThere);
        var down = await cluster.HermesAsync("down");
        Assert.Equal((0, true), (down.ExitCode, down.Json.GetProperty("wasUp").GetBoolean()));
        Assert.Equal(1, (await starting).ExitCode);
        Assert.Empty(cluster.Living());
    }

    [SupportedOSPlatform("linux")]
    [SkippableFact]
    [Trait("Length", "Long")]
    public async Task The_show_kills_a_silo_whose_run_ends_with_the_same_bits_and_leaves_nothing()
    {
        DemoCluster.RequireServers();
        var temporary = _folder.Folder("tmp");
        foreach (var folder in new[] { _folder.Path, temporary })
        {
            // PostgreSQL, which root lends to another user, must get there.
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_001_001);
        }

        var shown = await DemoCluster.HermesAsync(TimeSpan.FromMinutes(10), temporary, "--steps", "30");

        Assert.True(shown.ExitCode == 0, shown.Output + shown.Error);
        Assert.True(shown.Json.GetProperty("isSameModel").GetBoolean());
        Assert.InRange(shown.Json.GetProperty("killedAtStep").GetInt32(), 1, 29);
        Assert.InRange(shown.Json.GetProperty("secondsToInterrupted").GetDouble(), 0, 30);
        Assert.InRange(shown.Json.GetProperty("secondsToMoved").GetDouble(), 0, 90);
        Assert.NotEqual(shown.Json.GetProperty("killedSilo").GetString(), shown.Json.GetProperty("movedTo").GetString());
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "hermes-*"));
        Assert.Empty(Offspring.Inheriting($"TMPDIR={temporary}").Select(Platform.CommandLineOf));
    }

    [SupportedOSPlatform("linux")]
    [Fact]
    public async Task What_its_servers_keep_nobody_else_can_list()
    {
        Assert.Equal(0, (await HermesProcess.RunAsync("cluster", "demo", "init", "--dir", _folder.At("demo"))).ExitCode);

        var modes = new[] { "servers/postgresql", "servers/rabbitmq", "servers/azurite", "silos", "logs" }.Select(name => (name, File.GetUnixFileMode(_folder.At($"demo/{name}")))).ToList();

        Assert.Equal(("servers/postgresql", (UnixFileMode)0b111_001_001), modes[0]);
        Assert.All(modes.Skip(1), folder => Assert.Equal((UnixFileMode)0b111_000_000, folder.Item2));
    }

    [Fact]
    public async Task A_folder_that_holds_something_else_is_left_alone()
    {
        var file = _folder.File("thesis.txt", "mine");

        var refused = await HermesProcess.RunAsync("cluster", "demo", "init", "--dir", _folder.Path, "--json");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("holds something else than a demonstration cluster", refused.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        var down = await HermesProcess.RunAsync("cluster", "demo", "down", "--delete", "--dir", _folder.Path, "--json");
        Assert.Equal((0, false), (down.ExitCode, down.Json.GetProperty("deleted").GetBoolean()));
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static List<JsonElement> Parts(JsonElement status) => [.. status.GetProperty("parts").EnumerateArray()];

    private static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isThere)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var seen = await look();
            if (isThere(seen))
            {
                return seen;
            }

            Assert.True(clock.Elapsed < Patience, $"{seen}");
        }
    }

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }
}
