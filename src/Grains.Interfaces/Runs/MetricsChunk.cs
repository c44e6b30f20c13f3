using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Runs;

/// <summary>A stretch of a run's metrics, kept as JSON lines.</summary>
/// <param name="FirstStep">First step in it, 1-based.</param>
/// <param name="LastStep">Last step in it.</param>
/// <param name="Blob">Where it is.</param>
[GenerateSerializer, Immutable, Alias("hermes.MetricsChunk")]
public sealed record MetricsChunk([property: Id(0)] int FirstStep, [property: Id(1)] int LastStep, [property: Id(2)] BlobRef Blob);
