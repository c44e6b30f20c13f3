namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>A case among those of its dataset version.</summary>
/// <param name="Record">The case.</param>
/// <param name="Version">The dataset version.</param>
/// <param name="Number">Its place in the list, 0-based.</param>
/// <param name="Previous">The case before it, if there is one.</param>
/// <param name="Next">The case after it, if there is one.</param>
[GenerateSerializer, Immutable, Alias("hermes.CaseStanding")]
public sealed record CaseStanding(
    [property: Id(0)] CaseRecord Record,
    [property: Id(1)] int Version,
    [property: Id(2)] int Number,
    [property: Id(3)] string? Previous,
    [property: Id(4)] string? Next);
