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
}
