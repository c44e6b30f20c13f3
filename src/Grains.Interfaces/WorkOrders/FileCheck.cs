using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What a dry run asks a worker: to look into files where they lie, as an add would. Answered by one <see cref="CaseFinding"/> a case.</summary>
public sealed record FileCheck
{
    /// <summary>Modality of the images.</summary>
    public required string Modality { get; init; }

    /// <summary>Label values that may occur, besides 0.</summary>
    public required IReadOnlyList<LabelEntry> Labels { get; init; }

    /// <summary>The files, by case.</summary>
    public required IReadOnlyList<FilesOfCase> Cases { get; init; }
}

/// <summary>The files of a case on this machine.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Image">The image.</param>
/// <param name="Label">The labels, if there are any.</param>
public sealed record FilesOfCase(string CaseId, string Image, string? Label);
