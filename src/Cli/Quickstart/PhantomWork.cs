using Hermes.Cli.Output;
using Hermes.Cli.Platform;
using Hermes.Client;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Cli.Quickstart;

/// <summary>A platform of its own, with synthetic datasets and one network trained on them; each phase is timed.</summary>
internal abstract class PhantomWork(QuickstartFolder folder, long seed, ProgressDisplay display)
{
    protected const string Name = "quickstart";
    private const string Preset = "tiny";

    private readonly List<QuickstartDocument.PhaseRow> _phases = [];

    protected QuickstartFolder Folder { get; } = folder;

    protected long Seed { get; } = seed;

    protected ProgressDisplay Display { get; } = display;

    protected IReadOnlyList<QuickstartDocument.PhaseRow> Phases => _phases;

    /// <summary>Works on a platform that lives as long as the work.</summary>
    protected async Task<T> OnPlatformAsync<T>(Func<HermesClient, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var log = new LineLog(Folder.Log);
        await using var platform = await TimedAsync("platform", () => EmbeddedPlatform.StartAsync(null, Folder.Platform, log.Write, Display.Say, [], cancellationToken));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = ConnectedAsync(platform.Address, work, end.Token);
        if (await Task.WhenAny(working, platform.Running) != working)
        {
            // The silo was given up: what it said last is the cause, not that nobody answers any more.
            await end.CancelAsync();
            await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await platform.Running;
        }

        return await working;
    }

    /// <summary>Adds the datasets, or finds that they are there.</summary>
    protected async Task<bool> AddAsync(HermesClient client, PhantomList phantoms, CancellationToken cancellationToken)
    {
        foreach (var phantom in phantoms.Datasets)
        {
            // It may have more cases by now than were added first.
            var status = await client.Datasets.GetAsync(Names.DatasetKey(Names.DefaultSite, phantom.Name), cancellationToken);
            if (status.Version == 0)
            {
                status = (await client.Datasets.AddAsync(SourceOf(phantom), Display.Add(), cancellationToken)).Status;
            }

            Display.Say($"Dataset {phantom.Name} ({phantom.Modality}): {status.Cases} cases.");
        }

        return true;
    }

    /// <summary>A synthetic dataset as it is sent.</summary>
    protected static DatasetSource SourceOf(PhantomList.Entry phantom) => new()
    {
        Declaration = new DatasetDeclaration
        {
            Name = phantom.Name,
            Modality = phantom.Modality,
            Labels = LabelNames.Read(phantom.LabelNames, phantom.Name),
        },
        Cases = SplitFile.Apply(phantom.Split, CasePairing.Find(phantom.Images, phantom.Labels).Cases),
    };

    /// <summary>Trains one network on the datasets, or finds that it is trained.</summary>
    protected async Task<RunStatus> TrainAsync(HermesClient client, PhantomList phantoms, CancellationToken cancellationToken)
    {
        var request = new RunRequest
        {
            Datasets = [.. phantoms.Datasets.Select(p => Names.DatasetKey(Names.DefaultSite, p.Name)).Order(StringComparer.Ordinal)],
            Preset = Preset,
            Seed = Seed,
            Model = Name,
        };
        var started = await client.Runs.StartAsync(Name, request, cancellationToken);
        if (started.State is RunState.Cancelled or RunState.Failed)
        {
            await client.Runs.ResumeAsync(Name, cancellationToken);
        }

        var status = await RunStory.FollowAsync(client, Name, Display, cancellationToken);
        RunStory.ThrowIfEndedBadly(status);
        return status;
    }

    protected async Task<T> TimedAsync<T>(string phase, Func<Task<T>> work)
    {
        var from = TimeProvider.System.GetTimestamp();
        Display.Report(phase, 0, 0, "");
        var result = await work();
        _phases.Add(new QuickstartDocument.PhaseRow(phase, Math.Round(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 1)));
        return result;
    }

    private static async Task<T> ConnectedAsync<T>(string address, Func<HermesClient, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var client = await HermesClient.ConnectAsync(address, cancellationToken: cancellationToken);
        return await work(client, cancellationToken);
    }
}
