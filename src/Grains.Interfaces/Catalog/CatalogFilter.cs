namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>Which entries are wanted; all of a kind when nothing is said.</summary>
[GenerateSerializer, Immutable, Alias("hermes.CatalogFilter")]
public sealed record CatalogFilter
{
    /// <summary>Only entries after this key.</summary>
    [Id(0)] public string? After { get; init; }

    /// <summary>Only entries whose key contains this, in upper or lower case.</summary>
    [Id(1)] public string? Search { get; init; }

    /// <summary>Only entries in this state, in upper case.</summary>
    [Id(2)] public string? State { get; init; }
}
