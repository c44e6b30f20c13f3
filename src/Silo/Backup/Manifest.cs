using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Silo.Backup;

/// <summary>What a snapshot is: <c>manifest.json</c> in its folder.</summary>
internal sealed record Manifest
{
    /// <summary>The form of snapshots that this program writes, and the newest it reads.</summary>
    public const int NewestForm = 2;

    /// <summary>The form of the snapshot.</summary>
    public required int Form { get; init; }

    /// <summary>The version of the programs that made it.</summary>
    public required string Version { get; init; }

    /// <summary>The moment that it shows.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>The database it is of.</summary>
    public required string Source { get; init; }

    /// <summary>The site whose blobs are referred to.</summary>
    public required string Site { get; init; }

    /// <summary>The states of the actors.</summary>
    public required Seal States { get; init; }

    /// <summary>The catalog.</summary>
    public required Seal Catalog { get; init; }

    /// <summary>Who was given a token; null in form 1, which holds nothing of that.</summary>
    public Seal? Access { get; init; }

    /// <summary>Who did what; null in form 1.</summary>
    public Seal? Audit { get; init; }

    /// <summary>The list of the blobs.</summary>
    public required Seal Blobs { get; init; }

    /// <summary>The size of all blobs.</summary>
    public required long BlobBytes { get; init; }

    /// <summary>Blobs that are referred to and could not be read.</summary>
    public required IReadOnlyList<BlobProblem> Missing { get; init; }

    public SnapshotSummary Summary(string name) =>
        new(name, Made, Source, Version, Site, States.Rows, Catalog.Rows, Access?.Rows, Audit?.Rows, Blobs.Rows, BlobBytes, Missing);
}
