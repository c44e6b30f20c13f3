namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>What the datasets of the catalog can be told apart by.</summary>
/// <param name="Sites">Their sites, in order.</param>
/// <param name="Modalities">Their modalities, in order.</param>
[GenerateSerializer, Immutable, Alias("hermes.CatalogFacets")]
public sealed record CatalogFacets([property: Id(0)] IReadOnlyList<string> Sites, [property: Id(1)] IReadOnlyList<string> Modalities);
