using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Runs;

/// <summary>A checkpoint that the run can go on from.</summary>
/// <param name="Step">Optimiser steps done when it was taken.</param>
/// <param name="Blob">Where it is.</param>
/// <param name="Score">Mean validation Dice at that step, if measured.</param>
[GenerateSerializer, Immutable, Alias("hermes.CheckpointHead")]
public sealed record CheckpointHead([property: Id(0)] int Step, [property: Id(1)] BlobRef Blob, [property: Id(2)] double? Score)
{
    /// <summary>What the validation at that step found of every task; null when none was done.</summary>
    [Id(3)] public IReadOnlyList<ValidatedTask>? Tasks { get; init; }

    /// <summary>What became of the tasks' priors in the validation cases (safetensors); null where no validation at that step was the best.</summary>
    [Id(4)] public BlobRef? Posterior { get; init; }
}

/// <summary>Which of a run's checkpoints is its best.</summary>
public static class CheckpointHeads
{
    /// <summary>The checkpoint with the best score, the earliest of equals; null when none was scored.</summary>
    public static CheckpointHead? Best(this IEnumerable<CheckpointHead> checkpoints) =>
        checkpoints.Where(c => c.Score is not null).OrderByDescending(c => c.Score).ThenBy(c => c.Step).FirstOrDefault();
}

/// <summary>What a validation found of one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Dice">Mean Dice over the cases whose labels hold it; null when none does.</param>
/// <param name="Cases">How many do.</param>
[GenerateSerializer, Immutable, Alias("hermes.ValidatedTask")]
public sealed record ValidatedTask([property: Id(0)] string Task, [property: Id(1)] double? Dice, [property: Id(2)] int Cases);
