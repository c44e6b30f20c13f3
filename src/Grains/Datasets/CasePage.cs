namespace Hermes.Grains.Datasets;

/// <summary>A page of the cases of a dataset version.</summary>
/// <param name="Version">The version, 1-based.</param>
/// <param name="Page">The page, 0-based.</param>
public sealed record CasePage(int Version, int Page);
