using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Models;

/// <summary>What a model stores.</summary>
public sealed record ModelRecord
{
    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<ModelVersion> Versions { get; init; } = [];

    /// <summary>Aliases and the version each points at.</summary>
    public IReadOnlyDictionary<string, int> Aliases { get; init; } = new Dictionary<string, int>();

    /// <summary>Events that were not handed over yet.</summary>
    public IReadOnlyList<ModelVersionPublished> Outbox { get; init; } = [];
}
