using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>Train one network. Answered by <see cref="WorkerMessage.Report"/>s.</summary>
[GenerateSerializer, Immutable, Alias("hermes.TrainOrder")]
public sealed record TrainOrder : WorkOrder
{
    /// <summary>The run's name.</summary>
    [Id(0)] public required string Run { get; init; }

    /// <summary>
    /// How to train: a training configuration as canonical JSON. Where that of a trunk is taken over, the worker goes by the verified trunk, and this, which the queue
    /// counts with, is what its package says without being verified; null when that cannot be read.
    /// </summary>
    [Id(1)] public string? Configuration { get; init; }

    /// <summary>The tasks of all datasets; the prior pool has one row for each.</summary>
    [Id(2)] public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The datasets, in the order of their keys.</summary>
    [Id(3)] public required IReadOnlyList<TrainingDataset> Datasets { get; init; }

    /// <summary>The checkpoints that are kept, oldest first: the newest that can be read is gone on from, and the best becomes the model package. Empty to begin.</summary>
    [Id(4)] public IReadOnlyList<CheckpointHead> Checkpoints { get; init; } = [];

    /// <summary>Seed of every generator of the run.</summary>
    [Id(5)] public long Seed { get; init; }

    /// <summary>What branch to learn, and of which trunk; null to learn a whole network.</summary>
    [Id(6)] public BranchOrder? Branch { get; init; }

    /// <summary>Which network to learn on from; null for none. Its configuration is taken over.</summary>
    [Id(7)] public TrunkOrder? Trunk { get; init; }

    /// <summary>Which of the run's devices is told; null where it has one.</summary>
    [Id(8)] public DevicePlace? Place { get; init; }
}

/// <summary>One of the devices of a run, which share out its batches.</summary>
/// <param name="Devices">How many there are.</param>
/// <param name="Place">Which one this is: 0 the first, which takes the steps; the others help it.</param>
/// <param name="Meeting">Where they meet: the first one's order.</param>
[GenerateSerializer, Immutable, Alias("hermes.DevicePlace")]
public sealed record DevicePlace([property: Id(0)] int Devices, [property: Id(1)] int Place, [property: Id(2)] string Meeting);
