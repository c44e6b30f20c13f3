using System.Diagnostics;
using System.Globalization;
using Hermes.Grains.Interfaces.Runs;
using Xunit.Abstractions;

namespace Hermes.Silo.Tests.EndToEnd.Chaos;

/// <summary>A machine that has more to do than it can: slow is not dead.</summary>
public sealed class SaturationTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(3);
    private static readonly string[] Runs = ["first", "second"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    [Trait("Length", "Long")]
    public async Task Silos_are_not_taken_for_dead_while_their_workers_and_twice_as_many_programs_as_there_are_processors_never_rest()
    {
        await using var cluster = await DemoCluster.StartAsync();
        await using var client = await cluster.ConnectAsync();
        await client.Datasets.AddAsync(Platform.Source("base", Scans.WriteCases(_folder.At("base")), "names.json", "ct", training: 3));
        foreach (var run in Runs)
        {
            await client.Runs.StartAsync(run, new RunRequest { Preset = "tiny", Steps = 100_000 });
        }

        await Platform.UntilAsync(async () => (await client.Runs.ListAsync().ToListAsync()).TrueForAll(r => r is { State: RunState.Running, Step: > 0 }));
        var before = await client.Runs.ListAsync().ToListAsync();
        var restless = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToList();
        var longest = TimeSpan.Zero;
        try
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < Watched; await Task.Delay(500))
            {
                var asked = Stopwatch.StartNew();
                Assert.All(await client.Runs.ListAsync().ToListAsync(), r => Assert.Equal(RunState.Running, r.State));
                longest = asked.Elapsed > longest ? asked.Elapsed : longest;
            }
        }
        finally
        {
            foreach (var program in restless)
            {
                program.Kill();
                program.Dispose();
            }
        }

        var after = await client.Runs.ListAsync().ToListAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"The longest answer took {longest.TotalMilliseconds:0} ms; steps: {string.Join(", ", before.Zip(after, (b, a) => $"{b.Step} to {a.Step}"))}"));
        Assert.Equal(before.Select(r => (r.Name, r.Device, 0)), after.Select(r => (r.Name, r.Device, r.Crashes)));
        Assert.All((await cluster.StatusAsync()).GetProperty("parts").EnumerateArray(), part => Assert.Equal(1, part.GetProperty("starts").GetInt32()));
    }
}
