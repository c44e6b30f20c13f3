using System.Diagnostics;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Silo.Tests.EndToEnd;

[Collection(SharedPlatformCollection.Name)]
public sealed class KilledIngestWorkerTests(SharedPlatform shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private Platform Platform => shared.Platform;

    [Fact]
    public async Task An_ingest_worker_killed_with_a_case_in_its_hands_loses_no_case()
    {
        var folder = shared.Cases("unlucky");
        Task<HermesProcess> adding;
        using (var held = Platform.HoldWorkers())
        {
            adding = Platform.AddAsync("unlucky", folder);
            var clock = Stopwatch.StartNew();
            var unlucky = 0;
            while ((unlucky = held.WithOrders().FirstOrDefault()) == 0)
            {
                Assert.True(clock.Elapsed < Patience && !adding.IsCompleted, "No worker was given a case.");
                await Task.Delay(50);
            }

            using var worker = Process.GetProcessById(unlucky);
            worker.Kill();
        }

        var added = await adding;
        Assert.True(added.ExitCode == 0, added.Output + added.Error);
        var status = await Platform.Client.Datasets.GetAsync("local/unlucky");
        Assert.Equal((DatasetState.Ready, 3, 0), (status.State, status.Cases, status.Problems.Count));
        Assert.Equal(["a", "b", "c"], await Platform.Client.Datasets.GetCasesAsync("local/unlucky").Select(c => c.CaseId).ToListAsync());
        var log = await File.ReadAllTextAsync(Path.Combine(shared.DataDirectory, "logs", "silo.log"));
        Assert.Contains("Case a: worker exited 137", log, StringComparison.Ordinal);
    }
}
