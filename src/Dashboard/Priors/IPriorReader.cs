using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Relations;

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

    /// <summary>What was measured of a version, or where that stands.</summary>
    Task<StudyReading> GetStudyAsync(ModelReference model, CancellationToken cancellationToken);
}

/// <summary>The study of a version's relations.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Study">What came of it, once completed.</param>
public sealed record StudyReading(RelationStudyStatus Status, RelationStudy? Study);

/// <summary>A model to choose.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its versions that are not withdrawn, the newest first.</param>
/// <param name="Live">The one that is live, if any.</param>
public sealed record ModelChoice(string Name, IReadOnlyList<int> Versions, int? Live);
