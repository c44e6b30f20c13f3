using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;
using Hermes.Grains.Tests.Runs;

namespace Hermes.Grains.Tests.Cluster;

/// <summary>Workers that do what a test says: a training script per run, a segmentation script, and ingest by file name.</summary>
public sealed class ScriptedWorkers(IBlobStore blobs) : IWorkerPool
{
    public delegate Task Script<in TOrder>(TOrder order, Action<WorkerMessage> say, CancellationToken cancellationToken)
        where TOrder : WorkOrder;

    public ConcurrentDictionary<string, Script<TrainOrder>> Trainings { get; } = new();

    public ConcurrentDictionary<string, Script<SegmentOrder>> Segmentations { get; } = new();

    /// <summary>What is done with an order to learn a branch of the dataset named.</summary>
    public ConcurrentDictionary<string, Script<TrainOrder>> Branches { get; } = new();

    /// <summary>What is done with a question to the prompt group named, where its image has no script.</summary>
    public ConcurrentDictionary<string, Script<SegmentOrder>> Groups { get; } = new();

    /// <summary>What is done with an order to compare the priors of the model named.</summary>
    public ConcurrentDictionary<string, Script<PriorMapOrder>> PriorMaps { get; } = new();

    /// <summary>What is done with an order to import the file of this name.</summary>
    public ConcurrentDictionary<string, Script<ImportOrder>> Imports { get; } = new();

    /// <summary>What is done with an order to make a preview of the image of this digest, other than to make it.</summary>
    public ConcurrentDictionary<string, Script<PreviewOrder>> Previews { get; } = new();

    /// <summary>What workers were told, oldest first.</summary>
    public ConcurrentQueue<WorkOrder> Orders { get; } = new();

    /// <summary>Orders that were to be executed alone.</summary>
    public ConcurrentQueue<WorkOrder> Alone { get; } = new();

    /// <summary>Cases whose image file is named here wait until the test lets them go on.</summary>
    public ConcurrentDictionary<string, TaskCompletionSource> Gates { get; } = new();

    /// <summary>What is measured otherwise of the case whose image file is named.</summary>
    public ConcurrentDictionary<string, Func<CaseFacts, CaseFacts>> Measured { get; } = new();

    /// <summary>What is away that the case needs whose image file is named.</summary>
    public ConcurrentDictionary<string, string> Away { get; } = new();

    public int WidthBeside => 2;

    public IAsyncEnumerable<WorkerMessage> ExecuteAsync(string device, WorkOrder order, bool alone, CancellationToken cancellationToken)
    {
        if (alone)
        {
            Alone.Enqueue(order);
        }

        return order switch
        {
            TrainOrder { Branch: { } branch } train => RunAsync(train, Branches[branch.Dataset.Dataset], cancellationToken),
            TrainOrder { Trunk: not null } train => RunAsync(train, (order, say, _) => LearnTrunkAsync(order, say), cancellationToken),
            TrainOrder train => RunAsync(train, Trainings[train.Run], cancellationToken),
            SegmentOrder segment => RunAsync(segment, SegmentAsync, cancellationToken),
            _ => throw new InvalidOperationException(order.GetType().Name),
        };
    }

    public IAsyncEnumerable<WorkerMessage> ExecuteBesideAsync(WorkOrder order, CancellationToken cancellationToken) => order switch
    {
        IngestOrder ingest => RunAsync(ingest, IngestAsync, cancellationToken),
        PriorMapOrder priors => RunAsync(priors, PriorMaps[priors.Model], cancellationToken),
        ImportOrder import => RunAsync(import, Imports[import.Request.FileName], cancellationToken),
        PreviewOrder preview => RunAsync(preview, Previews.GetValueOrDefault(preview.Image.Sha256, PreviewAsync), cancellationToken),
        _ => throw new InvalidOperationException(order.GetType().Name),
    };

    public static WorkerMessage Report(TrainReport report) => new() { Report = report };

    public static WorkerLostException Crash(int exitCode) => new(exitCode, ["terminate called", "out of memory"]);

    // Every question by its own script.
    private async Task SegmentAsync(SegmentOrder order, Action<WorkerMessage> say, CancellationToken cancellationToken)
    {
        var answers = new List<SegmentAnswer>();
        foreach (var request in order.Requests)
        {
            await (Segmentations.GetValueOrDefault(request.ImageFile!) ?? Groups[request.Prompt.Group!])(
                order with { Requests = [request] }, message => Say(message, say, answers), cancellationToken);
        }

        if (answers.Count == order.Requests.Count)
        {
            say(new WorkerMessage { Segmented = answers });
        }
    }

    private static void Say(WorkerMessage message, Action<WorkerMessage> say, List<SegmentAnswer> answers)
    {
        if (message.Segmented is { } segmented)
        {
            answers.AddRange(segmented);
        }
        else
        {
            say(message);
        }
    }

    // At once, and all that was asked for.
    private async Task LearnTrunkAsync(TrainOrder order, Action<WorkerMessage> say) => say(Report(new TrainReport
    {
        Completed = new ModelVersionContent
        {
            Package = await blobs.PutTrunkAsync(order.Run),
            Tasks = order.Tasks,
            Modalities = ["ct"],
            PromptGroups = [.. order.Datasets.Select(d => new PromptGroup(d.Name, d.Modality, [.. d.Labels.Select(l => new PromptLabel(l.Value, l.Task))]))],
            Network = "scripted",
            Parameters = 1,
        },
    }));

    /// <summary>A preview of an image, of blobs that are really stored.</summary>
    public async Task<Preview> PreviewOfAsync(BlobRef image) => new()
    {
        Form = Preview.CurrentForm,
        Thumbnail = await blobs.PutJsonAsync($"thumbnail {image.Sha256}"),
        Image = await blobs.PutJsonAsync($"small {image.Sha256}"),
        Statistics = await blobs.PutJsonAsync($"statistics {image.Sha256}"),
    };

    private async Task PreviewAsync(PreviewOrder order, Action<WorkerMessage> say, CancellationToken cancellationToken) =>
        say(new WorkerMessage { Preview = await PreviewOfAsync(order.Image) });

    private async Task IngestAsync(IngestOrder order, Action<WorkerMessage> say, CancellationToken cancellationToken)
    {
        var file = order.Case.ImageFile;
        if (Gates.TryGetValue(file, out var gate))
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        if (file.StartsWith("crash", StringComparison.Ordinal) || (file.StartsWith("once", StringComparison.Ordinal) && order.OrderId.EndsWith("/1", StringComparison.Ordinal)))
        {
            throw Crash(137);
        }

        if (Away.TryGetValue(file, out var away))
        {
            say(new WorkerMessage { Failed = new Failure(away, IsPassing: true) });
            return;
        }

        if (file.StartsWith("bad", StringComparison.Ordinal))
        {
            say(new WorkerMessage { Failed = new Failure($"{file}: found label 9, expected labels 1 to 2.", file) });
            return;
        }

        var facts = new CaseFacts
        {
            Image = await blobs.PutJsonAsync(new { image = file }, cancellationToken) with { MediaType = MediaTypes.NiftiGz },
            Label = order.Case.Label is null ? null : await blobs.PutJsonAsync(new { label = file }, cancellationToken) with { MediaType = MediaTypes.NiftiGz },
            Size = [10, 10, 10],
            SpacingMm = [1, 1, 1],
            Orientation = "RAS",
            Minimum = -5,
            Maximum = 5,
            LabelVolumesMl = new Dictionary<int, double> { [1] = 1.5 },
            Warnings = [],
        };
        say(new WorkerMessage { Ingested = Measured.TryGetValue(file, out var otherwise) ? otherwise(facts) : facts });
    }

    private async IAsyncEnumerable<WorkerMessage> RunAsync<TOrder>(TOrder order, Script<TOrder> script, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TOrder : WorkOrder
    {
        Orders.Enqueue(order);
        var said = Channel.CreateUnbounded<WorkerMessage>();
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await script(order, m => said.Writer.TryWrite(m with { OrderId = order.OrderId }), cancellationToken);
                    said.Writer.Complete();
                }
                catch (OperationCanceledException)
                {
                    said.Writer.TryWrite(WorkerMessage.CancelledOf(order));
                    said.Writer.Complete();
                }
                catch (Exception lost)
                {
                    said.Writer.Complete(lost);
                }
            },
            CancellationToken.None);
        await foreach (var message in said.Reader.ReadAllAsync(CancellationToken.None))
        {
            yield return message;
        }
    }
}
