using Hermes.Grains.Interfaces.Events;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>One model: versions, aliases, lineage. Key: the model's name.</summary>
[Alias("hermes.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>The alias that segmentations use when no version is named.</summary>
    const string LiveAlias = "live";

    /// <summary>Makes a version of a completed run, once per run; <see cref="LiveAlias"/> moves to it.</summary>
    [Alias("PublishAsync")]
    Task<ModelVersion> PublishAsync(RunCompleted completed, CancellationToken cancellationToken = default);

    /// <summary>The model and all its versions; no versions when the name is unknown.</summary>
    [Alias("GetAsync")]
    Task<ModelStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>The version that <paramref name="versionOrAlias"/> names; the live one when empty.</summary>
    /// <exception cref="HermesException">There is no such version.</exception>
    [Alias("ResolveAsync")]
    Task<ModelVersion> ResolveAsync(string? versionOrAlias, CancellationToken cancellationToken = default);
}
