using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>One model: versions, aliases, lineage. Key: the model's name.</summary>
[Alias("hermes.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>The alias that segmentations use when no version is named.</summary>
    const string LiveAlias = "live";

    /// <summary>Makes a version of what a run made, once per run; <see cref="LiveAlias"/> moves to it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="content">What the version is made of.</param>
    /// <param name="datasets">The dataset versions it learned from.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("PublishAsync")]
    Task<ModelVersion> PublishAsync(string run, ModelVersionContent content, IReadOnlyList<PinnedDataset> datasets, CancellationToken cancellationToken = default);

    /// <summary>The model and all its versions; no versions when the name is unknown.</summary>
    [Alias("GetAsync")]
    Task<ModelStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>The version that <paramref name="versionOrAlias"/> names; the live one when empty.</summary>
    /// <exception cref="HermesException">There is no such version.</exception>
    [Alias("ResolveAsync")]
    Task<ModelVersion> ResolveAsync(string? versionOrAlias, CancellationToken cancellationToken = default);
}
