using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>An add under way: the offered cases in pages, and what workers found so far.</summary>
public sealed record DatasetAdd
{
    /// <summary>How many cases were announced.</summary>
    public required int Cases { get; init; }

    /// <summary>The offered cases, one blob a page; null until the page came.</summary>
    public required IReadOnlyList<BlobRef?> Staged { get; init; }

    /// <summary>What was found, one blob a page; null until all cases of the page are through.</summary>
    public required IReadOnlyList<BlobRef?> Found { get; init; }

    /// <summary>What was found in pages that are not complete.</summary>
    public IReadOnlyList<CaseOutcome> Open { get; init; } = [];

    /// <summary>Cases that are through.</summary>
    public int Done { get; init; }

    /// <summary>Cases that were refused.</summary>
    public int Refused { get; init; }

    /// <summary>An add of <paramref name="cases"/> cases of which nothing came yet.</summary>
    public static DatasetAdd Of(int cases)
    {
        var pages = (cases + IDatasetGrain.PageSize - 1) / IDatasetGrain.PageSize;
        return new DatasetAdd { Cases = cases, Staged = new BlobRef?[pages], Found = new BlobRef?[pages] };
    }

    /// <summary>How many cases page <paramref name="page"/> has.</summary>
    public int CasesOf(int page) => Math.Min(IDatasetGrain.PageSize, Cases - page * IDatasetGrain.PageSize);
}
