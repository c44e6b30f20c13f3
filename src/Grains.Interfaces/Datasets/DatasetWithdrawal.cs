namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>How a dataset was taken out, and what went with it.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetWithdrawal")]
public sealed record DatasetWithdrawal
{
    /// <summary>When it was last asked for.</summary>
    [Id(0)] public DateTimeOffset At { get; init; }

    /// <summary>Whether versions whose trunk learned from it are not answered any more.</summary>
    [Id(1)] public bool RetiresTrunks { get; init; }

    /// <summary>Whether the blobs that only it refers to are deleted.</summary>
    [Id(2)] public bool DeletesBlobs { get; init; }

    /// <summary>Whether all that was asked for is done.</summary>
    [Id(3)] public bool IsDone { get; init; }

    /// <summary>Questions that were forgotten with their answers.</summary>
    [Id(4)] public int Questions { get; init; }

    /// <summary>Blobs that were deleted and are not there any more.</summary>
    [Id(5)] public int Blobs { get; init; }

    /// <summary>Their size in bytes.</summary>
    [Id(6)] public long Bytes { get; init; }

    /// <summary>Blobs it had in common with others, which are kept.</summary>
    [Id(7)] public int Shared { get; init; }

    /// <summary>Why it cannot be finished yet, if so; it is tried again.</summary>
    [Id(8)] public Failure? Cause { get; init; }
}
