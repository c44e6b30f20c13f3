using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Previews;

namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>What a worker found in a case's files, and where it stored them, converted and without free text.</summary>
[GenerateSerializer, Immutable, Alias("hermes.CaseFacts")]
public sealed record CaseFacts
{
    /// <summary>What a file says of its orientation that does not state it.</summary>
    public const string UnknownOrientation = "unknown";

    /// <summary>The stored image volume.</summary>
    [Id(0)] public required BlobRef Image { get; init; }

    /// <summary>The stored label volume on the image's grid, if the case has labels.</summary>
    [Id(1)] public BlobRef? Label { get; init; }

    /// <summary>Voxels along the file axes i, j, k.</summary>
    [Id(2)] public required IReadOnlyList<int> Size { get; init; }

    /// <summary>Voxel spacing along i, j, k in mm.</summary>
    [Id(3)] public required IReadOnlyList<double> SpacingMm { get; init; }

    /// <summary>Anatomical directions of the axes, e.g. <c>RAS</c>; <see cref="UnknownOrientation"/> where the file does not state them.</summary>
    [Id(4)] public required string Orientation { get; init; }

    /// <summary>Smallest intensity (HU for CT).</summary>
    [Id(5)] public required double Minimum { get; init; }

    /// <summary>Largest intensity (HU for CT).</summary>
    [Id(6)] public required double Maximum { get; init; }

    /// <summary>Volume of every label value that occurs, in ml.</summary>
    [Id(7)] public required IReadOnlyDictionary<int, double> LabelVolumesMl { get; init; }

    /// <summary>What was repaired or is unusual, in sentences.</summary>
    [Id(8)] public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What is shown of it before its volumes are; none of a case that is older than previews and that nobody looked at since.</summary>
    [Id(9)] public Preview? Preview { get; init; }
}
