using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Previews;

/// <summary>What is shown of a case, or of an answer, before its volumes are opened: made by a worker that has them at hand.</summary>
[GenerateSerializer, Immutable, Alias("hermes.Preview")]
public sealed record Preview
{
    /// <summary>How previews are made today; one that was made otherwise is made anew when it is looked at.</summary>
    public const int CurrentForm = 1;

    /// <summary>The most voxels along an axis of its volumes.</summary>
    public const int LongestAxis = 128;

    /// <summary>Pixels along the longer side of its picture.</summary>
    public const int Side = 192;

    /// <summary>How it was made.</summary>
    [Id(0)] public required int Form { get; init; }

    /// <summary>An axial slice with what is labelled on it, as PNG: the one that shows most of it, or the middle one.</summary>
    [Id(1)] public required BlobRef Thumbnail { get; init; }

    /// <summary>The image, with blocks of its voxels made one.</summary>
    [Id(2)] public required BlobRef Image { get; init; }

    /// <summary>The labels on that grid, if there are any.</summary>
    [Id(3)] public BlobRef? Label { get; init; }

    /// <summary>A <see cref="VolumeStatistics"/> as JSON.</summary>
    [Id(4)] public required BlobRef Statistics { get; init; }
}
