using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Tests.Updates;

/// <summary>Models that can grow, and datasets that can be learned, as scripted workers do it.</summary>
internal sealed class GrowthScript(HermesCluster cluster)
{
    /// <summary>A model with one version, whose only group was learned from a dataset that is there.</summary>
    /// <param name="cases">Cases of that dataset.</param>
    /// <param name="trunk">The run that is said to have made the trunk; one that is gone when null.</param>
    /// <param name="configuration">How the trunk is said to be trained.</param>
    public async Task<(string Model, string Group)> ModelAsync(int cases = 6, string? trunk = null, TrainingConfiguration? configuration = null)
    {
        var dataset = await cluster.ReadyDatasetAsync(cases);
        var group = dataset.Split('/')[1];
        var content = await new TrainingScript(cluster).ContentAsync(configuration) with
        {
            Tasks = [$"{group}/liver"],
            PromptGroups = [new PromptGroup(group, "ct", [new PromptLabel(1, $"{group}/liver")])],
        };
        var model = cluster.NewName("model");
        await cluster.Grains.GetGrain<IModelGrain>(model).PublishAsync(trunk ?? cluster.NewName("trunk"), content, [new PinnedDataset(dataset, 1)]);
        cluster.Workers.Groups[group] = (order, say, _) => AnswerAsync(order, say, "an old answer");
        return (model, group);
    }

    /// <summary>A model as <see cref="ModelAsync"/> makes it, the run of whose trunk says how long a step took.</summary>
    public async Task<(string Model, string Group)> TrainedModelAsync(double secondsPerStep)
    {
        var script = new TrainingScript(cluster);
        cluster.Workers.Trainings[script.Run] = async (_, say, _) =>
        {
            say(Step(4, secondsPerStep));
            say(await script.CheckpointAsync(4, 0.5));
            say(await script.CompletedAsync());
        };
        await StartAsync(script.Run);
        await cluster.ReachesAsync(script.Run, RunState.Completed);
        return await ModelAsync(trunk: script.Run);
    }

    /// <summary>Starts the run of a script, from a dataset and for a model of its own.</summary>
    public async Task StartAsync(string run) => await cluster.Run(run).StartAsync(
        "go", new RunRequest { Preset = "tiny", Steps = 4, Datasets = [await cluster.ReadyDatasetAsync()], Model = cluster.NewName("model") });

    /// <summary>What a worker says of a step.</summary>
    public static WorkerMessage Step(int step, double seconds) => ScriptedWorkers.Report(
        new TrainReport { Phase = "train", Done = step, Total = 4, Metrics = new Dictionary<string, double> { [MetricKeys.SecondsPerStep] = seconds } });

    /// <summary>A dataset that is ready, with scripts for its branch and for questions to it.</summary>
    /// <param name="measured">What is measured of its cases, if it is not what is measured of all.</param>
    public async Task<string> DatasetAsync(Func<CaseFacts, CaseFacts>? measured = null)
    {
        var dataset = await cluster.ReadyDatasetAsync(measured: measured);
        Teach(dataset);
        return dataset;
    }

    /// <summary>Scripts for the branch of a dataset and for questions to it.</summary>
    public void Teach(string dataset)
    {
        var group = dataset.Split('/')[1];
        cluster.Workers.Branches[dataset] = async (order, say, stop) => say(ScriptedWorkers.Report(new TrainReport
        {
            CompletedBranch = new ModelBranch
            {
                Package = await cluster.Blobs.PutJsonAsync($"branch {order.Run}", stop) with { MediaType = MediaTypes.Safetensors },
                Trunk = order.Branch!.Trunk.Sha256,
                Group = new PromptGroup(group, "ct", [new PromptLabel(1, $"{group}/liver"), new PromptLabel(2, $"{group}/spleen")]),
                Tasks = [$"{group}/liver", $"{group}/spleen"],
                Modalities = [],
                Policy = order.Branch.Policy,
                Dataset = order.Branch.Dataset,
                Parameters = 12,
            },
        }));
        cluster.Workers.Groups[group] = (order, say, _) => AnswerAsync(order, say, "a new answer");
    }

    /// <summary>Scripts for questions to a group whose tasks each find something.</summary>
    /// <param name="group">The group.</param>
    /// <param name="foundMl">What each finds, in ml.</param>
    /// <param name="overlaps">Of that, what it has in common with new structures, in ml.</param>
    public void Finds(string group, double foundMl, params (string Task, string Reference, double CommonMl)[] overlaps) =>
        cluster.Workers.Groups[group] = (order, say, _) => AnswerAsync(order, say, "an old answer", foundMl, overlaps: overlaps);

    public async Task AnswerAsync(
        SegmentOrder order,
        Action<WorkerMessage> say,
        string answer,
        double foundMl = 1,
        double dice = 0.5,
        params (string Task, string Reference, double CommonMl)[] overlaps) => say(new WorkerMessage
    {
        Segmented = [new SegmentAnswer(new SegmentationResult
        {
            LabelMap = await cluster.UploadAsync(answer),
            Overlaps = order.Requests[0].AgainstEach ? [.. overlaps.Select(o => new TaskOverlap(o.Task, o.Reference, o.CommonMl, foundMl, 1.5))] : [],
            Tasks = [.. order.Requests[0].Prompt.Wanted.Select(l => new SegmentedTask
            {
                Task = l.Task, Value = l.Value, VolumeMl = foundMl, Agreement = order.Requests[0].Reference is null ? null : new TaskAgreement(dice, 1, 0, 0),
            })],
            PromptGroup = order.Requests[0].Prompt.Group!,
            Modality = order.Requests[0].Prompt.Modality,
            GeometryDigest = "",
            GeometryChecked = true,
            Windows = 1,
            Seconds = 0,
        })],
    });
}
