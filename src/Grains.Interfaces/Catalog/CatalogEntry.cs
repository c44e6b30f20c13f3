using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>One row of the catalog, written by the owner of the thing.</summary>
/// <param name="Kind">One of <see cref="CatalogKinds"/>.</param>
/// <param name="Key">The owner's grain key.</param>
/// <param name="Version">The owner's write number; the newest wins.</param>
/// <param name="State">The owner's state, in upper case.</param>
/// <param name="IsUnfinished">Whether work is under way that must be found again after a restart.</param>
/// <param name="Document">The owner's summary as JSON (camelCase): the JSON of its status record.</param>
/// <param name="Updated">When it was written.</param>
[GenerateSerializer, Immutable, Alias("hermes.CatalogEntry")]
public sealed record CatalogEntry(
    [property: Id(0)] string Kind,
    [property: Id(1)] string Key,
    [property: Id(2)] long Version,
    [property: Id(3)] string State,
    [property: Id(4)] bool IsUnfinished,
    [property: Id(5)] string Document,
    [property: Id(6)] DateTimeOffset Updated)
{
    /// <summary>States of owners that hold nothing: the catalog does not list them.</summary>
    public static IReadOnlyList<string> Unlisted { get; } = [StateWords.Absent, DatasetState.Staging.Word(), DatasetState.Refused.Word()];
}
