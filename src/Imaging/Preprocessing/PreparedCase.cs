namespace Hermes.Imaging.Preprocessing;

/// <summary>What the header of a prepared case's file says.</summary>
public sealed record PreparedCase
{
    /// <summary>The case.</summary>
    public required string CaseId { get; init; }

    /// <summary>The modality key.</summary>
    public required string Modality { get; init; }

    /// <summary>Digest of the plan that prepared it.</summary>
    public required string PlanDigest { get; init; }

    /// <summary>SHA-256 of the image file it came from.</summary>
    public required string ImageDigest { get; init; }

    /// <summary>SHA-256 of the label file it came from; null without labels.</summary>
    public string? LabelsDigest { get; init; }

    /// <summary>The grids.</summary>
    public required PreparedGrid Grid { get; init; }

    /// <summary>The numbers used to normalise.</summary>
    public required IntensityStatistics Statistics { get; init; }

    /// <summary>Voxels per label value at plan spacing, background left out; filled in by the writer.</summary>
    public IReadOnlyList<PreparedLabel> Labels { get; init; } = [];
}

/// <summary>One label of a prepared case.</summary>
/// <param name="Value">The label value.</param>
/// <param name="Voxels">How many voxels have it at plan spacing.</param>
/// <param name="Samples">How many of them the file lists for sampling.</param>
public sealed record PreparedLabel(ushort Value, int Voxels, int Samples);
