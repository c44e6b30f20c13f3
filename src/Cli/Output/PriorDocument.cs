using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Cli.Output;

/// <summary>A prior map with its cosines in it, as <c>--json</c> and <c>.json</c> files show it.</summary>
internal sealed record PriorDocument
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    public required int? Parent { get; init; }

    public required IReadOnlyList<PriorTask> Tasks { get; init; }

    public required IReadOnlyList<View> Views { get; init; }

    public required IReadOnlyList<string> Modalities { get; init; }

    public required IReadOnlyList<View> ModalityViews { get; init; }

    public required IReadOnlyList<MapPlace> Places { get; init; }

    public required IReadOnlyList<MapPlace> Components { get; init; }

    public required IReadOnlyList<double> ComponentShares { get; init; }

    public required IReadOnlyList<PriorGroupFinding> Groups { get; init; }

    public required IReadOnlyList<PriorMove> Moved { get; init; }

    public required IReadOnlyList<PriorMove> ModalitiesMoved { get; init; }

    /// <summary>The sentences that the figures have below them.</summary>
    public required IReadOnlyList<string> Says { get; init; }

    /// <summary>A view: cosines [N][N], and the tree over them.</summary>
    internal sealed record View(string Name, IReadOnlyList<float[]> Similarity, IReadOnlyList<PriorMerge> Merges, IReadOnlyList<int> Order);
}
