using System.Text.Json.Serialization;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Models;

/// <summary>What a model stores.</summary>
public sealed record ModelRecord : IStated<ModelState>, IOutbox<ModelRecord>
{
    /// <summary>All versions, oldest first.</summary>
    [JsonConverter(typeof(ModelVersionsJson))]
    public IReadOnlyList<ModelVersion> Versions { get; init; } = [];

    /// <summary>Aliases and the version each points at.</summary>
    public IReadOnlyDictionary<string, int> Aliases { get; init; } = new Dictionary<string, int>();

    /// <summary>What changed the live version, oldest first.</summary>
    public IReadOnlyList<Promotion> Promotions { get; init; } = [];

    /// <summary>Standing orders to learn datasets, in the order of their patterns.</summary>
    public IReadOnlyList<GrowRule> Rules { get; init; } = [];

    /// <summary>Dataset versions that updates were asked for without a person.</summary>
    public IReadOnlyList<PinnedDataset> Grown { get; init; } = [];

    /// <summary>Datasets that were withdrawn.</summary>
    public IReadOnlyList<string> Withdrawn { get; init; } = [];

    /// <summary>Those of them whose trunks are retired.</summary>
    public IReadOnlyList<string> Retired { get; init; } = [];

    /// <summary>SHA-256 of the blobs of withdrawn branches, which are not kept any more; the versions that held them stay on record.</summary>
    public IReadOnlyList<string> Released { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<IntegrationEvent> Outgoing { get; init; } = [];

    /// <inheritdoc/>
    public ModelRecord WithOutgoing(IReadOnlyList<IntegrationEvent> outgoing) => this with { Outgoing = outgoing };

    /// <inheritdoc/>
    [JsonIgnore]
    public ModelState State => Versions.Count > 0 ? ModelState.Ready : ModelState.Absent;
}
