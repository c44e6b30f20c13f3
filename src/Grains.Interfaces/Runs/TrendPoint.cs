namespace Hermes.Grains.Interfaces.Runs;

/// <summary>A point of the small curve that lists of runs show.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Loss">The loss of that step.</param>
[GenerateSerializer, Immutable, Alias("hermes.TrendPoint")]
public sealed record TrendPoint([property: Id(0)] int Step, [property: Id(1)] double Loss);
