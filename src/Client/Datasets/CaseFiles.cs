using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Datasets;

/// <summary>The files of one case on the user's disk.</summary>
/// <param name="CaseId">The case's name within its dataset, from the file stem.</param>
/// <param name="Image">The image volume.</param>
/// <param name="Label">The label volume, if there is one.</param>
/// <param name="FixedSplit">The split the user fixed, or null when the dataset draws it.</param>
public sealed record CaseFiles(string CaseId, string Image, string? Label, Split? FixedSplit = null)
{
    /// <summary>The patient it belongs to: the case's name unless something better is known.</summary>
    public string Patient { get; init; } = CaseId;
}
