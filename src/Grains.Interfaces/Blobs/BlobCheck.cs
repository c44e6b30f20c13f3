namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>A stretch of the store that was looked at.</summary>
[GenerateSerializer, Immutable, Alias("hermes.BlobCheck")]
public sealed record BlobCheck
{
    /// <summary>Blobs that were compared with their digests.</summary>
    [Id(0)] public required int Blobs { get; init; }

    /// <summary>Their size in bytes.</summary>
    [Id(1)] public required long Bytes { get; init; }

    /// <summary>What is wrong.</summary>
    [Id(2)] public required IReadOnlyList<BlobProblem> Problems { get; init; }

    /// <summary>Where the next stretch begins; null when this was the last.</summary>
    [Id(3)] public string? Next { get; init; }
}

/// <summary>A blob that is missing or damaged.</summary>
/// <param name="Sha256">Its digest.</param>
/// <param name="Sentence">What is wrong with it.</param>
/// <param name="Owners">Who refers to it, as <c>dataset local/abdomen</c>; empty when nobody does.</param>
[GenerateSerializer, Immutable, Alias("hermes.BlobProblem")]
public sealed record BlobProblem(
    [property: Id(0)] string Sha256,
    [property: Id(1)] string Sentence,
    [property: Id(2)] IReadOnlyList<string> Owners);
