using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Datasets;

/// <summary>What pages read of datasets. All of it fails with <see cref="PlatformAbsentException"/> while no platform answers.</summary>
internal interface IDatasetReader
{
    /// <summary>A part of the list, and how many there are in all.</summary>
    Task<CatalogPage<DatasetRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>The words by which datasets can be told apart.</summary>
    Task<DatasetWords> GetWordsAsync(CancellationToken cancellationToken);

    /// <summary>Where a dataset stands.</summary>
    Task<DatasetStatus> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>A page, 0-based, of <see cref="IDatasetGrain.PageSize"/> cases of a version; empty past the end.</summary>
    Task<IReadOnlyList<CaseRecord>> GetCasesAsync(string key, int version, int page, CancellationToken cancellationToken);

    /// <summary>Has the previews made that cases of such a page lack.</summary>
    /// <returns>Whether some are lacking that can be made.</returns>
    Task<bool> AskPreviewsAsync(string key, int version, int page, CancellationToken cancellationToken);

    /// <summary>A case; null where there is no such case, version or dataset, or the dataset was withdrawn.</summary>
    /// <param name="key">The dataset's key.</param>
    /// <param name="version">The dataset version; 0 for the newest.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<FoundCase?> FindCaseAsync(string key, int version, string caseId, CancellationToken cancellationToken);

    /// <summary>What models do with a dataset.</summary>
    Task<DatasetLearning> GetLearningAsync(string key, CancellationToken cancellationToken);

    /// <summary>A page, 0-based, of <see cref="IDatasetGrain.PageSize"/> reasons why the last add or append was refused; empty past the end.</summary>
    Task<IReadOnlyList<Failure>> GetProblemsAsync(string key, int page, CancellationToken cancellationToken);
}

/// <summary>The words by which datasets can be told apart.</summary>
/// <param name="Sites">Sites, in order.</param>
/// <param name="Modalities">Modalities, in order.</param>
/// <param name="Tasks">Some of the tasks.</param>
public sealed record DatasetWords(IReadOnlyList<string> Sites, IReadOnlyList<string> Modalities, IReadOnlyList<string> Tasks)
{
    public static DatasetWords None { get; } = new([], [], []);
}
