using System.Text.Json.Serialization;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Models;

/// <summary>What a model stores.</summary>
public sealed record ModelRecord : IStated<ModelState>
{
    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<ModelVersion> Versions { get; init; } = [];

    /// <summary>Aliases and the version each points at.</summary>
    public IReadOnlyDictionary<string, int> Aliases { get; init; } = new Dictionary<string, int>();

    /// <summary>What changed the live version, oldest first.</summary>
    public IReadOnlyList<Promotion> Promotions { get; init; } = [];

    /// <inheritdoc/>
    [JsonIgnore]
    public ModelState State => Versions.Count > 0 ? ModelState.Ready : ModelState.Absent;
}
