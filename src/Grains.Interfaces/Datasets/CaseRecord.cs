
namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>A case of a dataset version: checked, converted, measured.</summary>
[GenerateSerializer, Immutable, Alias("hermes.CaseRecord")]
public sealed record CaseRecord
{
    /// <summary>The case's name within its dataset.</summary>
    [Id(0)] public required string CaseId { get; init; }

    /// <summary>The patient it belongs to.</summary>
    [Id(1)] public required string Patient { get; init; }

    /// <summary>What it is used for.</summary>
    [Id(2)] public required Split Split { get; init; }

    /// <summary>Digest of the image file as it was offered; equal images share a split.</summary>
    [Id(3)] public required string SourceImageSha256 { get; init; }

    /// <summary>Digest of the label file as it was offered, if any.</summary>
    [Id(4)] public string? SourceLabelSha256 { get; init; }

    /// <summary>What the worker found and stored.</summary>
    [Id(5)] public required CaseFacts Facts { get; init; }
}
