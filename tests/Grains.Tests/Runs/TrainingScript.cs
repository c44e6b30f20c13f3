using Hermes.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Tests.Runs;

/// <summary>What a training worker says, with blobs that are really stored.</summary>
internal sealed class TrainingScript(HermesCluster cluster)
{
    private const int Steps = 4;

    public string Run { get; } = cluster.NewName("run");

    public static WorkerMessage Progress(int step) => ScriptedWorkers.Report(
        new TrainReport { Phase = "train", Done = step, Total = Steps, Metrics = new Dictionary<string, double> { ["loss"] = 1.0 / step } });

    public async Task<WorkerMessage> CheckpointAsync(int step, double? score, params ValidatedTask[] tasks) => ScriptedWorkers.Report(new TrainReport
    {
        Phase = "train",
        Done = step,
        Total = Steps,
        Checkpoint = new CheckpointHead(step, await cluster.Blobs.PutJsonAsync($"checkpoint {Run} {step}"), score) { Tasks = tasks },
        Chunk = await ChunkAsync(step, step),
    });

    public async Task<MetricsChunk> ChunkAsync(int first, int last) => new(first, last, await cluster.Blobs.PutJsonAsync($"metrics {Run} {first} {last}"));

    public async Task<WorkerMessage> CompletedAsync() => ScriptedWorkers.Report(new TrainReport { Completed = await ContentAsync() });

    public async Task<ModelVersionContent> ContentAsync(TrainingConfiguration? configuration = null) => new()
    {
        Package = await cluster.Blobs.PutTrunkAsync(Run, configuration),
        Tasks = ["a/liver", "a/spleen", "b/liver", "c/lesion"],
        Modalities = ["ct", "pet"],
        PromptGroups =
        [
            new PromptGroup("a", "ct", [new PromptLabel(1, "a/liver"), new PromptLabel(2, "a/spleen")]),
            new PromptGroup("b", "ct", [new PromptLabel(1, "b/liver")]),
            new PromptGroup("c", "pet", [new PromptLabel(1, "c/lesion")]),
        ],
        Network = "hermes-r, base 4",
        Parameters = 1234,
    };
}
