using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Dashboard.Priors;

/// <summary>What pages read of priors.</summary>
internal interface IPriorReader
{
    /// <summary>The models there are, in the order of their names.</summary>
    Task<IReadOnlyList<ModelChoice>> GetModelsAsync(CancellationToken cancellationToken);

    /// <summary>The prior map of a version, made first if nobody asked for it before.</summary>
    Task<PriorMap> GetAsync(ModelReference model, CancellationToken cancellationToken);

    /// <summary>The cosines of a view [N, N], row by row.</summary>
    Task<float[]> GetSimilarityAsync(PriorView view, CancellationToken cancellationToken);
}

/// <summary>A model to choose.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its versions that are not withdrawn, the newest first.</param>
/// <param name="Live">The one that is live, if any.</param>
public sealed record ModelChoice(string Name, IReadOnlyList<int> Versions, int? Live);
