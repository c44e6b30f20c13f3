namespace Hermes.Grains.Interfaces.Runs;

/// <summary>What a validation found of one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Dice">Mean Dice over the cases whose labels hold it; null when none does.</param>
/// <param name="Cases">How many do.</param>
[GenerateSerializer, Immutable, Alias("hermes.ValidatedTask")]
public sealed record ValidatedTask([property: Id(0)] string Task, [property: Id(1)] double? Dice, [property: Id(2)] int Cases);
