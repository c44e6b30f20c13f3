using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>A dataset version; its cases lie in pages.</summary>
public sealed record DatasetVersionHead
{
    /// <summary>1-based.</summary>
    public required int Version { get; init; }

    /// <summary>Its cases.</summary>
    public required int Cases { get; init; }

    /// <summary>Cases per split.</summary>
    public required IReadOnlyDictionary<Split, int> CasesPerSplit { get; init; }

    /// <summary>Sum of label volumes per structure in ml.</summary>
    public required IReadOnlyDictionary<string, double> VolumesMl { get; init; }

    /// <summary>What was repaired or is unusual, in sentences; the first of them.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How many such sentences there are.</summary>
    public int WarningCount { get; init; }

    /// <summary>Its cases as JSON arrays of at most <see cref="IDatasetGrain.PageSize"/> records.</summary>
    public required IReadOnlyList<BlobRef> Pages { get; init; }
}
