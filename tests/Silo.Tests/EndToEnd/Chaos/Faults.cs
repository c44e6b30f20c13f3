using System.Diagnostics;

namespace Hermes.Silo.Tests.EndToEnd.Chaos;

/// <summary>One way in which a part of a cluster goes away, and comes back.</summary>
/// <param name="Name">What happens.</param>
/// <param name="StrikeAsync">Does it to the silo that trains, or to what all silos need; says when it has struck, and returns when it is over.</param>
/// <param name="TakesSilo">Whether what that silo was at has to go on elsewhere.</param>
internal sealed record Fault(string Name, Func<string, Action, Task> StrikeAsync, bool TakesSilo = false);

/// <summary>All of them.</summary>
internal sealed class Faults
{
    // Long enough to be noticed by everybody.
    private static readonly TimeSpan CutOff = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Thawed = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Full = TimeSpan.FromSeconds(8);

    private readonly DemoCluster _cluster;

    public Faults(DemoCluster cluster)
    {
        Requirement.Met("small-disk", cluster.HasSmallDisk, "A small disk, which is to be full, cannot be mounted here.");
        _cluster = cluster;
        All =
        [
            new Fault("A silo is killed", KillAsync, TakesSilo: true),
            new Fault("RabbitMQ is killed", (_, struck) => KillAsync("rabbitmq", struck)),
            new Fault("A worker is killed", KillWorkerAsync),
            new Fault("PostgreSQL is killed", (_, struck) => KillAsync("postgresql", struck)),
            new Fault("A silo stands still for 40 s", FreezeAsync, TakesSilo: true),
            new Fault("The blobs are cut off", (_, struck) => CutAsync(struck)),
            new Fault("Azurite ends in order", async (_, struck) =>
            {
                await cluster.EndAsync("azurite");
                struck();
            }),
            new Fault("A silo's disk is full", (_, struck) => FillAsync(struck)),
        ];
    }

    public IReadOnlyList<Fault> All { get; }

    private async Task KillAsync(string part, Action struck)
    {
        Kill(await _cluster.ProcessAsync(part));
        struck();
    }

    private async Task KillWorkerAsync(string silo, Action struck)
    {
        var worker = await _cluster.WorkerAsync(silo);
        Assert.True(worker is not null, $"The silo {silo} trains, and has no worker.");
        Kill(worker.Value);
        struck();
    }

    private async Task FreezeAsync(string silo, Action struck)
    {
        var frozen = await _cluster.ProcessAsync(silo);
        using (new HeldProcesses([frozen]))
        {
            struck();
            await Task.Delay(Frozen);
        }

        // Taken for dead, it ends itself, and is started anew.
        for (var clock = Stopwatch.StartNew(); await _cluster.ProcessAsync(silo) == frozen; await Task.Delay(100))
        {
            Assert.True(clock.Elapsed < Thawed, $"{silo} goes on after it was taken for dead.");
        }
    }

    private async Task CutAsync(Action struck)
    {
        _cluster.Blobs.Cut();
        struck();
        await Task.Delay(CutOff);
        _cluster.Blobs.Mend();
    }

    private async Task FillAsync(Action struck)
    {
        await using (var file = File.Create(_cluster.Filling))
        {
            try
            {
                var block = new byte[1 << 20];
                while (true)
                {
                    await file.WriteAsync(block);
                    await file.FlushAsync();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        struck();
        await Task.Delay(Full);
        File.Delete(_cluster.Filling);
    }

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }
}
