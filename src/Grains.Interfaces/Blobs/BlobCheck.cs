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
