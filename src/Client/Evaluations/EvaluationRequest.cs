using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Evaluations;

/// <summary>Which model is measured on which cases.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The model version.</summary>
    public required ModelReference Model { get; init; }

    /// <summary>The dataset's key, <c>site/dataset</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The splits to measure on.</summary>
    public required IReadOnlyList<Split> Splits { get; init; }

    /// <summary>Segmentations asked for at a time; more than the platform has devices only fills its queue.</summary>
    public int Concurrency { get; init; } = 2;
}
