using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Models;

/// <summary>What an import stores.</summary>
public sealed record ModelImportRecord : IStated<ImportState>
{
    /// <summary>Where it stands.</summary>
    public ImportState State { get; init; }

    /// <summary>What was asked; null once it has ended, so that the file is not kept for it.</summary>
    public ImportRequest? Request { get; init; }

    /// <summary>The model.</summary>
    public string Model { get; init; } = "";

    /// <summary>The trace of whoever asked for it last, see <see cref="WorkOrder.TraceParent"/>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>How often it was asked for.</summary>
    public int Round { get; init; }

    /// <summary>The version that it became.</summary>
    public int? Version { get; init; }

    /// <summary>Which dictionary of the checkpoint the weights are from.</summary>
    public string? Taken { get; init; }

    /// <summary>Tensors that do not fit the network.</summary>
    public IReadOnlyList<TensorMismatch> Mismatches { get; init; } = [];

    /// <summary>Why it failed.</summary>
    public Failure? Cause { get; init; }
}
