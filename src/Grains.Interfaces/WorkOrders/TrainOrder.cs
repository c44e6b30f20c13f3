using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>Train one network. Answered by <see cref="WorkerMessage.Report"/>s.</summary>
[GenerateSerializer, Immutable, Alias("hermes.TrainOrder")]
public sealed record TrainOrder : WorkOrder
{
    /// <summary>The run's name.</summary>
    [Id(0)] public required string Run { get; init; }

    /// <summary>How to train: a training configuration as canonical JSON.</summary>
    [Id(1)] public required string Configuration { get; init; }

    /// <summary>The tasks of all datasets; the prior pool has one row for each.</summary>
    [Id(2)] public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The datasets, in the order of their keys.</summary>
    [Id(3)] public required IReadOnlyList<TrainingDataset> Datasets { get; init; }

    /// <summary>The checkpoint to go on from; null to begin.</summary>
    [Id(4)] public CheckpointHead? Resume { get; init; }

    /// <summary>The checkpoint with the best score so far, if any was scored; the model package is made of the best.</summary>
    [Id(5)] public CheckpointHead? Best { get; init; }

    /// <summary>What to go on from when <see cref="Resume"/> cannot be read: the other checkpoints that are kept, newest first.</summary>
    [Id(6)] public IReadOnlyList<CheckpointHead> Earlier { get; init; } = [];

    /// <summary>Seed of every generator of the run.</summary>
    [Id(7)] public long Seed { get; init; }

    /// <summary>The checkpoint with the best score that a run going on from <paramref name="from"/> has passed.</summary>
    public CheckpointHead? BestUpTo(CheckpointHead? from) => Best is null || from is null || Best.Step <= from.Step
        ? Best
        : Earlier.Where(c => c.Step <= from.Step && c.Score is not null).OrderByDescending(c => c.Score).ThenBy(c => c.Step).FirstOrDefault();
}
