using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Runs;

/// <summary>What a validation found of a few cases, as one picture: a square of <see cref="Previews.Preview.Side"/> pixels for each, one below the other.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Cases">The cases, from above.</param>
/// <param name="Picture">The picture, PNG: where what was found and the reference agree, in the colours of <see cref="Previews.LabelColours"/>.</param>
[GenerateSerializer, Immutable, Alias("hermes.SampleStrip")]
public sealed record SampleStrip([property: Id(0)] int Step, [property: Id(1)] IReadOnlyList<SampleCase> Cases, [property: Id(2)] BlobRef Picture);

/// <summary>A case of a <see cref="SampleStrip"/>.</summary>
/// <param name="Dataset">Its dataset.</param>
/// <param name="CaseId">The case.</param>
[GenerateSerializer, Immutable, Alias("hermes.SampleCase")]
public sealed record SampleCase([property: Id(0)] string Dataset, [property: Id(1)] string CaseId);
