using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Hermes.Client;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd.Chaos;

/// <summary>What users do while something happens to the cluster: each adds, trains and segments, one thing after the other, and asks again when something is refused.</summary>
internal sealed class Load(HermesClient client, string folder, RunRequest recipe)
{
    private const int Attempts = 30;

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RunPatience = TimeSpan.FromMinutes(3);

    private readonly ConcurrentQueue<string> _refusals = new();

    /// <summary>Datasets whose add was acknowledged.</summary>
    public ConcurrentQueue<string> Added { get; } = new();

    /// <summary>Runs whose start was acknowledged.</summary>
    public ConcurrentQueue<string> Started { get; } = new();

    /// <summary>Questions, and whether each was answered.</summary>
    public ConcurrentQueue<(string Question, string? Refusal)> Asked { get; } = new();

    /// <summary>What was refused, and asked again.</summary>
    public IEnumerable<string> Refusals => _refusals;

    /// <summary>Goes on until told to stop; what was begun is ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var ended in Task.WhenEach(AddAsync(cancellationToken), TrainAsync(cancellationToken), SegmentAsync(cancellationToken)))
        {
            await ended;
        }
    }

    /// <summary>Waits until a run learns and has something saved: more than before.</summary>
    public async Task<Training> TrainingAsync(Task working, Training? than)
    {
        string? before = null;
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            if (working.IsCompleted)
            {
                await working;
            }

            try
            {
                var run = Started.LastOrDefault();
                var status = run is null ? null : await client.Runs.GetAsync(run);
                before = $"{run} is {status?.State} at step {status?.Step} on {status?.Device}, waits because {status?.Waits}: {status?.Cause?.Message} {status?.Note}";
                if (status is { State: RunState.Running, Step: >= 2, Checkpoints.Count: > 0, Device: { } device }
                    && status.Step < status.StepsTotal - 4 && (run != than?.Run || status.Step > than?.Step))
                {
                    return new Training(run!, status.Step, device.Split('/')[0]);
                }
            }
            catch (HermesException unreachable)
            {
                before = unreachable.Message;
            }

            Assert.True(clock.Elapsed < Settled, before);
        }
    }

    /// <summary>What was acknowledged is there, once and complete; the weights are those of the run <c>undisturbed</c>.</summary>
    public async Task AssertWholeAsync(RunStatus undisturbed)
    {
        Assert.Equal(
            Added.Append("base").Order().Select(name => $"{name} Ready 1 3"),
            (await client.Datasets.ListAsync().Select(d => $"{d.Declaration!.Name} {d.State} {d.Version} {d.Cases}").ToListAsync()).Order());
        foreach (var run in Started)
        {
            // What it learned becomes a version when its event arrives.
            await client.Runs.FollowAsync(run);
        }

        var runs = await client.Runs.ListAsync().ToListAsync();
        if (!Started.Append(undisturbed.Name).Order().SequenceEqual(runs.Select(r => r.Name).Order()))
        {
            await FailAsync(runs);
        }

        Assert.All(runs, run => Assert.Equal(undisturbed.Package, run.Package));
        Assert.Equal(runs.Select(r => r.Name).Order(), (await client.Models.GetAsync(recipe.Model)).Versions.Select(v => v.Run!).Order());
        Assert.NotEmpty(Asked);
        Assert.DoesNotContain(Asked, a => a.Refusal is not null);
    }

    // Whether the list is late or a run is lost is not to be guessed afterwards.
    private async Task FailAsync(IReadOnlyList<RunStatus> listed)
    {
        var asked = new List<RunStatus>();
        foreach (var run in Started)
        {
            asked.Add(await client.Runs.GetAsync(run));
        }

        await Task.Delay(TimeSpan.FromSeconds(5));
        var later = await client.Runs.ListAsync().ToListAsync();
        Assert.Fail($"Listed were {Told(listed)}, and 5 s later {Told(later)}; asked one by one there are {Told(asked)}.");

        static string Told(IEnumerable<RunStatus> runs) => string.Join(", ", runs.Select(r => $"{r.Name} {r.State} at step {r.Step}, model version {r.ModelVersion}"));
    }

    private async Task AddAsync(CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n++, await PauseAsync(cancellationToken))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"added-{n}");
            var cases = Path.Combine(folder, name);
            foreach (var (seed, id) in new[] { "a", "b", "c" }.Index())
            {
                Scans.Write(Path.Combine(cases, "images", $"{id}.nii.gz"), Scans.Image(10_000 + (n * 3) + seed));
                Scans.Write(Path.Combine(cases, "labels", $"{id}.nii.gz"), Scans.Label());
            }

            await File.WriteAllTextAsync(Path.Combine(cases, "names.json"), """{"1": "box"}""", CancellationToken.None);
            var source = Platform.Source(name, cases, "names.json", "ct", training: 3);
            await PersistAsync(() => client.Datasets.AddAsync(source));
            Added.Enqueue(name);
        }
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n++)
        {
            var run = string.Create(CultureInfo.InvariantCulture, $"disturbed-{n}");
            await PersistAsync(() => client.Runs.StartAsync(run, recipe));
            Started.Enqueue(run);
            var (furthest, clock) = (0, Stopwatch.StartNew());
            while (await PersistAsync(() => client.Runs.GetAsync(run)) is { State: not RunState.Completed } status)
            {
                Assert.False(status.State == RunState.Failed, status.Cause?.Message);
                if (status.Step > furthest)
                {
                    furthest = status.Step;
                    clock.Restart();
                }

                Assert.True(clock.Elapsed < RunPatience, $"{run} never came beyond step {furthest}; it is {status.State} at step {status.Step}: {status.Cause?.Message}");
                await Task.Delay(200, CancellationToken.None);
            }
        }
    }

    private async Task SegmentAsync(CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n++, await PauseAsync(cancellationToken))
        {
            var file = Scans.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"asked-{n}.nii.gz")), Scans.Image(50_000 + n));
            try
            {
                await PersistAsync(async () =>
                {
                    var image = await client.Blobs.UploadAsync(file);
                    var request = await client.Segmentations.ResolveAsync(new ModelReference(recipe.Model, "1"), new SegmentationQuestion { Image = image, ImageFile = file });
                    return await client.Segmentations.AnswerAsync(request);
                });
                Asked.Enqueue((file, null));
            }
            catch (HermesException refused)
            {
                Asked.Enqueue((file, refused.Message));
            }
        }
    }

    private static async Task PauseAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<T> PersistAsync<T>(Func<Task<T>> ask)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (HermesException refused) when (attempt < Attempts)
            {
                _refusals.Enqueue(refused.Message);
                await Task.Delay(Pause);
            }
        }
    }
}

/// <summary>A run that learns, how far it is, and where.</summary>
internal sealed record Training(string Run, int Step, string Silo);
