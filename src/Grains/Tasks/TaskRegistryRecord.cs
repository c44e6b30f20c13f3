using Hermes.Grains.Interfaces.Tasks;

namespace Hermes.Grains.Tasks;

/// <summary>What the task registry stores: rows in the order of their indices.</summary>
public sealed record TaskRegistryRecord
{
    /// <summary>The rows; row i has index i.</summary>
    public IReadOnlyList<TaskEntry> Tasks { get; init; } = [];
}
