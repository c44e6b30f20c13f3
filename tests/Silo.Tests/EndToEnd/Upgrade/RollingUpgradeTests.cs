using Hermes.Grains.Interfaces.Runs;
using Hermes.Hosting;
using Hermes.Silo.Tests.EndToEnd.Chaos;
using Hermes.Silo.Tests.Processes;
using Hermes.Silo.Tests.Storage;
using Xunit.Abstractions;

namespace Hermes.Silo.Tests.EndToEnd.Upgrade;

/// <summary>The silos of a cluster that trains and segments are replaced, one after the other, by those of this version, and then by those before.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class RollingUpgradeTests(SharedPostgreSql shared, ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Names = ["one", "two", "three"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    [Trait("Length", "Long")]
    public async Task Silos_of_the_version_before_are_replaced_while_they_work_and_again_by_those_before_and_nobody_is_refused()
    {
        var before = await PreviousVersion.BuildAsync();
        var (owner, role, address) = await shared.WithRoleAsync();
        var ownerFile = _folder.File("owner", owner.ConnectionString);
        string[] preparing = ["cluster", "init", "--connection-file", ownerFile, "--role", role];
        Assert.Equal(0, (await before.HermesAsync(preparing)).ExitCode);
        await using var cluster = SiloCluster.Of(await RabbitMqServer.StartAsync(), address);
        foreach (var name in Names)
        {
            await cluster.BeginAsync(before.Find(PlatformProgram.Silo), name, []);
        }

        await using var client = await cluster.ConnectAsync(Names[0]);
        var recipe = new RunRequest { Preset = "tiny", Steps = 24, Seed = 5, Datasets = ["local/base"], Model = "upgraded" };
        await client.Datasets.AddAsync(Platform.Source("base", Scans.WriteCases(_folder.At("base")), "names.json", "ct", training: 3));
        await client.Runs.StartAsync("undisturbed", recipe);
        var undisturbed = await client.Runs.FollowAsync("undisturbed");
        Assert.Equal(RunState.Completed, undisturbed.State);

        using var stop = new CancellationTokenSource();
        var load = new Load(client, _folder.At("load"), recipe);
        var working = load.RunAsync(stop.Token);
        var at = await load.TrainingAsync(working, null);
        Assert.Equal(0, (await HermesProcess.RunAsync(preparing)).ExitCode);
        await ReplaceAsync("this version", name => cluster.BeginAsync(name));
        Assert.Empty(load.Refusals);
        await ReplaceAsync("the version before", name => cluster.BeginAsync(before.Find(PlatformProgram.Silo), name, []));

        await stop.CancelAsync();
        await working;
        output.WriteLine($"{load.Added.Count} datasets, {load.Started.Count} runs, {load.Asked.Count} questions");
        Assert.Empty(load.Refusals);
        await load.AssertWholeAsync(undisturbed);

        async Task ReplaceAsync(string by, Func<string, Task> begin)
        {
            foreach (var name in Names)
            {
                output.WriteLine($"{name} is replaced by {by}, while {at.Run} is at step {at.Step} at the silo {at.Silo}");
                Assert.Equal(0, await cluster[name].TerminateAsync());
                await begin(name);
                Assert.Equal(0, (await before.HermesAsync("dataset", "list", "--address", cluster[name].Address, "--token-file", cluster.TokenFile)).ExitCode);
                at = await load.TrainingAsync(working, at);
            }
        }
    }
}
