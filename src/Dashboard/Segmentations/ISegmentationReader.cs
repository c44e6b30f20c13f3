using Hermes.Client.Connection;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Dashboard.Segmentations;

/// <summary>What pages read of questions and answers.</summary>
internal interface ISegmentationReader
{
    /// <summary>The models there are, with their live version; those that have none are left out.</summary>
    Task<IReadOnlyList<ModelVersion>> GetModelsAsync(CancellationToken cancellationToken);

    /// <summary>A version of a model.</summary>
    Task<ModelVersion> GetModelAsync(ModelReference model, CancellationToken cancellationToken);

    /// <summary>A part of the list of questions, and how many there are in all.</summary>
    Task<CatalogPage<AnswerRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>Where a question stands.</summary>
    Task<SegmentationStatus> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>The story of a question to its end.</summary>
    IAsyncEnumerable<ProgressEvent> WatchAsync(string key, CancellationToken cancellationToken);
}

/// <summary>What pages do about questions, if who is at the browser may.</summary>
internal interface ISegmentationActions
{
    /// <summary>Asks a model version; returns the question's key at once.</summary>
    Task<string> AskAsync(SegmentationQuestion question, ModelVersion model, CancellationToken cancellationToken);

    /// <summary>Gives a question up.</summary>
    Task CancelAsync(string key, CancellationToken cancellationToken);
}
