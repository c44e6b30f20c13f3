namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>Which entries are wanted, and in what order; all of a kind when nothing is said.</summary>
/// <remarks>A silo of the version before knows the first three members only, ignores the others and answers as if they had not been said.</remarks>
[GenerateSerializer, Immutable, Alias("hermes.CatalogFilter")]
public sealed record CatalogFilter
{
    /// <summary>Only entries after this key.</summary>
    [Id(0)] public string? After { get; init; }

    /// <summary>Only entries whose key contains this, in upper or lower case.</summary>
    [Id(1)] public string? Search { get; init; }

    /// <summary>Only entries in this state, in upper case.</summary>
    [Id(2)] public string? State { get; init; }

    /// <summary>Only datasets of this modality.</summary>
    [Id(3)] public string? Modality { get; init; }

    /// <summary>Only entries whose key begins with this site.</summary>
    [Id(4)] public string? Site { get; init; }

    /// <summary>Only datasets whose label map names this task.</summary>
    [Id(5)] public string? Task { get; init; }

    /// <summary>Only entries with work under way.</summary>
    [Id(6)] public bool IsUnfinished { get; init; }

    /// <summary>What the entries are listed by.</summary>
    [Id(7)] public CatalogOrder Order { get; init; }

    /// <summary>How many entries, in that order, stand before the first that is wanted.</summary>
    [Id(8)] public int Skip { get; init; }

    /// <summary>Only events of this kind, such as <c>DatasetReady</c>.</summary>
    [Id(9)] public string? Event { get; init; }

    /// <summary>Only events whose subject contains this, in upper or lower case.</summary>
    [Id(10)] public string? Subject { get; init; }

    /// <summary>Only events whose actor contains this, in upper or lower case.</summary>
    [Id(11)] public string? Actor { get; init; }

    /// <summary>Only datasets whose last add or append was refused.</summary>
    [Id(12)] public bool IsRefused { get; init; }

    /// <summary>Only runs that learn from a version of this dataset, <c>site/dataset</c>.</summary>
    [Id(13)] public string? Dataset { get; init; }

    /// <summary>
    /// Only segmentations of an image whose file's name contains this, in upper or lower case; or, where this is a SHA-256, in which a volume of that digest takes
    /// part: the image, the reference or an answer.
    /// </summary>
    [Id(14)] public string? Volume { get; init; }
}

/// <summary>What a list of the catalog is in the order of.</summary>
[GenerateSerializer]
public enum CatalogOrder
{
    /// <summary>Keys, ascending.</summary>
    Key = 0,

    /// <summary>Keys, descending.</summary>
    KeyDescending = 1,

    /// <summary>When an entry was last written, the latest first.</summary>
    Newest = 2,
}
