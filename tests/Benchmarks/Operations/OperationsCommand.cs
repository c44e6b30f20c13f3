using System.Diagnostics;
using System.Globalization;
using Hermes.Client;
using Hermes.Client.Datasets;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Tests;

namespace Hermes.Benchmarks.Operations;

/// <summary>
/// <c>hermes-benchmarks operations</c>: what one operation costs a cluster with real servers, in processor time, statements and bytes of the database's log; and
/// how long a run waits between being asked for and its first step, on a device that is idle. docs/scale.md counts with these numbers.
/// </summary>
internal sealed class OperationsCommand : IDisposable
{
    // The word in a story.
    private const string Running = "RUNNING";

    private const int Often = 20;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hermes-operations-");
    private readonly int _count;
    private readonly List<(string What, Cost Cost, double Count)> _costs = [];

    private OperationsCommand(int count) => _count = count;

    /// <summary>Returns 0 on success, 1 when there is no cluster to measure and 2 on wrong usage.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = Often;
        if (arguments.Length > 0 && !(arguments is ["--count", var given] && int.TryParse(given, CultureInfo.InvariantCulture, out count) && count > 0))
        {
            Console.Error.WriteLine("'operations' takes --count N, how often each operation is done, and nothing else.");
            return 2;
        }

        using var command = new OperationsCommand(count);
        try
        {
            await command.MeasureAsync();
            return 0;
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or HermesException)
        {
            Console.Error.WriteLine(refusal.Message);
            return 1;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task MeasureAsync()
    {
        await using var cluster = await MeasuredCluster.StartAsync(_folder.FullName);
        await using var client = await HermesClient.ConnectAsync(cluster.Address, null, cluster.TokenFile);
        var recipe = new RunRequest { Preset = "tiny", Steps = 1, Datasets = ["local/first"] };
        await client.Datasets.AddAsync(Source("first", 0));
        await client.Runs.StartAsync("first", recipe);
        await client.Runs.FollowAsync("first");

        await EachAsync(cluster, "add a dataset of one case", 5 * _count, n => client.Datasets.AddAsync(Source($"added-{n}", n)));
        await EachAsync(cluster, "first 50 datasets", 5 * _count, _ => client.Datasets.ListAsync().Take(50).ToListAsync().AsTask());
        await EachAsync(cluster, "where a run stands", 5 * _count, _ => client.Runs.GetAsync("first"));
        await RunsAsync(cluster, client, recipe);
        await TrainingAsync(cluster, client, recipe with { Steps = 100_000 });

        var images = await Task.WhenAll(Enumerable.Range(0, 10 * _count).Select(n => client.Blobs.UploadAsync(
            Scans.Write(Path.Combine(_folder.FullName, $"asked-{n}.nii.gz"), Scans.Image(1000 + n)))));
        await EachAsync(cluster, "segment an image that is there", 5 * _count, n => AskAsync(client, images[n]));
        await EachAsync(cluster, "segment it again: a known answer", 5 * _count, n => AskAsync(client, images[n]));

        var idle = await cluster.MeasureAsync(() => Task.Delay(Watched));
        idle = idle.Per(idle.Time.TotalSeconds);
        Console.WriteLine($"{"operation",-44} {"ms",7}  {string.Join(' ', MeasuredCluster.Groups.Select(g => $"{g,9}"))} {"statements",10} {"log kB",8} {"stored kB",9}");
        Tell("nothing, per second", idle);
        _costs.ForEach(c => Tell(c.What, c.Cost.Without(idle).Per(c.Count)));
    }

    /// <summary>
    /// Runs of one step, one after the other; when they had a device, a worker and their step is told by their story. What lies between the worker's first word and
    /// the step is the training's own.
    /// </summary>
    private async Task RunsAsync(MeasuredCluster cluster, HermesClient client, RunRequest recipe)
    {
        var waits = new List<(double Device, double Word, double Step)>();
        await EachAsync(cluster, "a run of one step, to its model version", _count, async n =>
        {
            var (name, clock) = (string.Create(CultureInfo.InvariantCulture, $"run-{n}"), Stopwatch.StartNew());
            await client.Runs.StartAsync(name, recipe with { Seed = n + 1 });
            double? device = null, word = null;
            await foreach (var told in client.Runs.WatchAsync(name))
            {
                var now = clock.Elapsed.TotalMilliseconds;
                device ??= told.State == Running ? now : null;
                word ??= told.Phase.Length > 0 ? now : null;
                if (told is { Phase: Phases.Train, Done: > 0 })
                {
                    waits.Add((device!.Value, word!.Value, now));
                    break;
                }
            }

            await client.Runs.FollowAsync(name);
        });
        Console.WriteLine("from asking for a run, ms:");
        TellWait("to a device of its own", [.. waits.Select(w => w.Device)]);
        TellWait("to the worker's first word", [.. waits.Select(w => w.Word)]);
        TellWait("to the first step", [.. waits.Select(w => w.Step)]);
        TellWait("of which the worker needed", [.. waits.Select(w => w.Step - w.Word)]);
    }

    private async Task TrainingAsync(MeasuredCluster cluster, HermesClient client, RunRequest recipe)
    {
        await client.Runs.StartAsync("long", recipe);
        while (await client.Runs.GetAsync("long") is { Step: < 2 } run)
        {
            if (run.State is RunState.Completed or RunState.Failed or RunState.Cancelled)
            {
                throw new InvalidOperationException($"The run that was to be measured ended: {run.Cause?.Message}");
            }

            await Task.Delay(100);
        }

        var cost = await cluster.MeasureAsync(() => Task.Delay(Watched));
        _costs.Add(("a device that trains, per second", cost, cost.Time.TotalSeconds));
        await client.Runs.CancelAsync("long");
        await client.Runs.FollowAsync("long");
    }

    private async Task EachAsync(MeasuredCluster cluster, string what, int count, Func<int, Task> operation)
    {
        // As often before it counts: the silos compile what they do often.
        await DoAsync(0);
        _costs.Add((what, await cluster.MeasureAsync(() => DoAsync(count)), count));

        async Task DoAsync(int from)
        {
            for (var n = from; n < from + count; n++)
            {
                await operation(n);
            }
        }
    }

    private static async Task AskAsync(HermesClient client, BlobRef image)
    {
        var request = await client.Segmentations.ResolveAsync(new ModelReference(Names.DefaultModel, null), new SegmentationQuestion { Image = image });
        await client.Segmentations.AnswerAsync(request);
    }

    private static void Tell(string what, Cost cost) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-44} {cost.Time.TotalMilliseconds,7:0}  {string.Join(' ', MeasuredCluster.Groups.Select(g => string.Create(CultureInfo.InvariantCulture, $"{cost.ProcessorMilliseconds[g],9:0.0}")))} {cost.Statements,10:0.0} {cost.LogBytes / 1000,8:0.0} {cost.StoredBytes / 1000,9:0.0}"));

    private static void TellWait(string what, List<double> times) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-28} median {Median(times):0}, longest {times.Max():0}"));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private DatasetSource Source(string name, int seed)
    {
        var folder = Path.Combine(_folder.FullName, name);
        return new DatasetSource
        {
            Declaration = new DatasetDeclaration { Name = name, Modality = "ct", Labels = [new LabelEntry(1, "box", $"{name}/box")] },
            Cases =
            [
                new CaseFiles(
                    "a", Scans.Write(Path.Combine(folder, "a.nii.gz"), Scans.Image(seed)), Scans.Write(Path.Combine(folder, "a-label.nii.gz"), Scans.Label()), Split.Train),
            ],
        };
    }
}
