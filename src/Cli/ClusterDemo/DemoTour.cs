using System.Diagnostics;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Cli.Quickstart;
using Hermes.Client;
using Hermes.Client.Evaluations;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Cli.ClusterDemo;

/// <summary>Shows a cluster: it trains, segments, loses a silo and nothing else.</summary>
internal sealed class DemoTour(DemoFolder cluster, QuickstartFolder scans, long seed, int steps, ProgressDisplay display) : PhantomWork(scans, seed, display)
{
    private const string Model = "demo";
    private const string Reference = "undisturbed";
    private const string Disturbed = "disturbed";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <exception cref="HermesException">Something did not start or did not go on in time.</exception>
    public async Task<ClusterDemoDocument> RunAsync(string? kept, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var running = await TimedAsync("start", () => DemoCluster.StartAsync(cluster, Display.Say, cancellationToken));
        var keeping = running.KeepAsync(end.Token);
        var working = WorkAsync(running, kept, end.Token);
        if (await Task.WhenAny(working, keeping) != working)
        {
            // A part was given up: what it said last is the cause.
            await end.CancelAsync();
            await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await keeping;
        }

        await end.CancelAsync();
        await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await working;
    }

    private async Task<ClusterDemoDocument> WorkAsync(DemoCluster running, string? kept, CancellationToken cancellationToken)
    {
        await using var client = await HermesClient.ConnectAsync(cluster.Addresses, null, cluster.TokenFile, null, cancellationToken);
        var phantoms = await TimedAsync("phantoms", () => PhantomList.MakeAsync(Folder, Seed, cancellationToken));
        await TimedAsync("datasets", () => AddAsync(client, phantoms, cancellationToken));
        var expected = await TimedAsync("undisturbed", async () =>
        {
            await client.Runs.StartAsync(Reference, Request(phantoms), cancellationToken);
            return await EndAsync(client, Reference, cancellationToken);
        });
        return await TimedAsync("disturbed", () => DisturbAsync(running, client, phantoms, expected, cancellationToken)) with { Phases = Phases, Dir = kept };
    }

    private async Task<ClusterDemoDocument> DisturbAsync(
        DemoCluster running, HermesClient client, PhantomList phantoms, RunStatus expected, CancellationToken cancellationToken)
    {
        await client.Runs.StartAsync(Disturbed, Request(phantoms), cancellationToken);
        var before = await WaitAsync(client, r => r is { State: RunState.Running, Checkpoints.Count: > 0 } && r.Step >= steps / 3, cancellationToken);
        var silo = before.Device!.Split('/')[0];
        var victim = running.Status.Parts.Single(p => p.Name == silo).ProcessId!.Value;
        using (var process = Process.GetProcessById(victim))
        {
            process.Kill();
        }

        var from = TimeProvider.System.GetTimestamp();
        Display.Say(string.Create(CultureInfo.InvariantCulture, $"KILLED the silo {silo} (process {victim}) while its run was at step {before.Step} of {steps}."));
        var segmenting = SegmentAsync(client, phantoms, from, cancellationToken);
        await WaitAsync(client, r => r.State != RunState.Running || r.Device != before.Device, cancellationToken);
        var interrupted = Since(from);
        Display.Say($"The run is shown as interrupted after {Tables.Seconds(interrupted)}.");
        var after = await WaitAsync(client, r => r is { State: RunState.Running or RunState.Completed }, cancellationToken);
        var moved = Since(from);
        var movedTo = after.Device?.Split('/')[0] ?? "";
        Display.Say($"It is at work again after {Tables.Seconds(moved)}, at the silo {movedTo}, from its last checkpoint.");
        var segmented = await segmenting;
        var ended = await EndAsync(client, Disturbed, cancellationToken);
        return new ClusterDemoDocument(silo, before.Step, interrupted, moved, movedTo, segmented, Equals(ended.Package, expected.Package), steps, ended.Crashes, [], null);
    }

    /// <summary>Asks one segmentation as a service would, which knows nothing of the kill.</summary>
    private async Task<double> SegmentAsync(HermesClient client, PhantomList phantoms, long from, CancellationToken cancellationToken)
    {
        var request = new EvaluationRequest
        {
            Model = new ModelReference(Model, null),
            Dataset = Names.DatasetKey(Names.DefaultSite, phantoms.Datasets[0].Name),
            Splits = [Split.Test],
        };
        var report = await client.Evaluations.EvaluateAsync(request, null, cancellationToken);
        var seconds = Since(from);
        Display.Say(string.Create(CultureInfo.InvariantCulture, $"Meanwhile {report.Cases.Count} volumes were segmented, the last after {Tables.Seconds(seconds)}."));
        return seconds;
    }

    private async Task<RunStatus> EndAsync(HermesClient client, string run, CancellationToken cancellationToken)
    {
        var status = await RunStory.FollowAsync(client, run, Display, cancellationToken);
        RunStory.ThrowIfEndedBadly(status);
        return status;
    }

    private RunRequest Request(PhantomList phantoms) => new()
    {
        Datasets = [.. phantoms.Datasets.Select(p => Names.DatasetKey(Names.DefaultSite, p.Name)).Order(StringComparer.Ordinal)],
        Preset = "tiny",
        Steps = steps,
        Seed = Seed,
        Model = Model,
    };

    private static async Task<RunStatus> WaitAsync(HermesClient client, Func<RunStatus, bool> isThere, CancellationToken cancellationToken)
    {
        for (var from = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Pause, cancellationToken))
        {
            var status = await client.Runs.GetAsync(Disturbed, cancellationToken);
            RunStory.ThrowIfEndedBadly(status);
            if (isThere(status))
            {
                return status;
            }

            if (TimeProvider.System.GetElapsedTime(from) > Patience)
            {
                throw new HermesException($"The run '{Disturbed}' is {status.State} at step {status.Step} and does not go on; see the logs of the silos.");
            }
        }
    }

    private static double Since(long from) => Math.Round(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 1);
}
