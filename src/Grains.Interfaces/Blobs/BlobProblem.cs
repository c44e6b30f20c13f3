namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>A blob that is missing or damaged.</summary>
/// <param name="Sha256">Its digest.</param>
/// <param name="Sentence">What is wrong with it.</param>
/// <param name="Owners">Who refers to it, as <c>dataset local/abdomen</c>; empty when nobody does.</param>
[GenerateSerializer, Immutable, Alias("hermes.BlobProblem")]
public sealed record BlobProblem(
    [property: Id(0)] string Sha256,
    [property: Id(1)] string Sentence,
    [property: Id(2)] IReadOnlyList<string> Owners);
