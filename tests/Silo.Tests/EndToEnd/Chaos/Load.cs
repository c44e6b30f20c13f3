using System.Collections.Concurrent;
using System.Globalization;
using Hermes.Client;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd.Chaos;

/// <summary>What users do while the cluster is harmed: each adds, trains and segments, one thing after the other, and asks again when something is refused.</summary>
internal sealed class Load(HermesClient client, string folder, RunRequest recipe)
{
    private const int Attempts = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RunPatience = TimeSpan.FromMinutes(5);

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
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(AddAsync(stop), TrainAsync(stop), SegmentAsync(stop));

    private async Task AddAsync(CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++, await PauseAsync(stop))
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

    private async Task TrainAsync(CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var run = string.Create(CultureInfo.InvariantCulture, $"disturbed-{n}");
            await PersistAsync(() => client.Runs.StartAsync(run, recipe));
            Started.Enqueue(run);
            var patience = new CancellationTokenSource(RunPatience);
            while (await PersistAsync(() => client.Runs.GetAsync(run)) is { State: not RunState.Completed } status)
            {
                if (status is { State: RunState.Failed, Cause: { } cause })
                {
                    // What a full disk or a worker that was killed too often ended, a person resumes.
                    Assert.True(IsToBeResumed(cause), cause.Message);
                    _refusals.Enqueue($"{run} at step {status.Step}: {cause.Message}");
                    await PersistAsync(() => client.Runs.ResumeAsync(run));
                }

                Assert.False(patience.IsCancellationRequested, $"{run} is {status.State} at step {status.Step} on {status.Device}: {status.Cause?.Message}");
                await Task.Delay(200, CancellationToken.None);
            }
        }
    }

    private async Task SegmentAsync(CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++, await PauseAsync(stop))
        {
            var file = Scans.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"asked-{n}.nii.gz")), Scans.Image(50_000 + n));
            try
            {
                await PersistAsync(async () =>
                {
                    var image = await client.Blobs.UploadAsync(file);
                    var request = await client.Segmentations.ResolveAsync(new ModelReference(recipe.Model!, "1"), new SegmentationQuestion { Image = image, ImageFile = file });
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

    private static bool IsToBeResumed(Failure cause) => cause.Message.Contains("disk is full", StringComparison.OrdinalIgnoreCase);

    private static Task PauseAsync(CancellationToken stop) => Task.Delay(Pause, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

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
