using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Datasets;

/// <summary>A dataset as it lies on the user's disk, ready to be added: what is said of it and the files of its cases.</summary>
public sealed record DatasetSource
{
    /// <summary>Name, site, modality and label map.</summary>
    public required DatasetDeclaration Declaration { get; init; }

    /// <summary>The cases, in the order of their names.</summary>
    public required IReadOnlyList<CaseFiles> Cases { get; init; }
}
