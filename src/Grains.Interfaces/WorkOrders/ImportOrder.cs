using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>Make a model's packages of a file of weights. Needs no device. Answered by <see cref="WorkerMessage.Imported"/>.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ImportOrder")]
public sealed record ImportOrder : WorkOrder
{
    /// <summary>What is imported.</summary>
    [Id(0)] public required ImportRequest Request { get; init; }
}

/// <summary>What became of a file of weights.</summary>
public sealed record ImportedModel
{
    /// <summary>What a version of it is made of; null where tensors do not fit.</summary>
    public ModelVersionContent? Content { get; init; }

    /// <summary>Where it came from; null where tensors do not fit.</summary>
    public ModelOrigin? Origin { get; init; }

    /// <summary>The dataset versions that the trunk learned from, as far as the file says it.</summary>
    public IReadOnlyList<PinnedDataset> Datasets { get; init; } = [];

    /// <summary>Which dictionary of a checkpoint the weights are from; null when it holds nothing else.</summary>
    public string? Taken { get; init; }

    /// <summary>SHA-256 of the packages that the file says it was made of.</summary>
    public IReadOnlyList<string> MadeOf { get; init; } = [];

    /// <summary>Tensors that do not fit the network, the first of them.</summary>
    public IReadOnlyList<TensorMismatch> Mismatches { get; init; } = [];

    /// <summary>How many do not fit.</summary>
    public int Misfits { get; init; }
}
