using Hermes.Client.Connection;
using Hermes.Client.Models;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Client.Segmentations;

/// <summary>Segmenting volumes that are on the platform.</summary>
public sealed class SegmentationClient
{
    private readonly PlatformConnection _connection;
    private readonly ModelClient _models;

    internal SegmentationClient(PlatformConnection connection, ModelClient models)
    {
        _connection = connection;
        _models = models;
    }

    /// <summary>Makes a question to a model definite.</summary>
    /// <exception cref="HermesException">The model, prompt group, modality or a task is unknown, or several groups fit.</exception>
    public async Task<SegmentationRequest> ResolveAsync(ModelReference model, SegmentationQuestion question, CancellationToken cancellationToken = default) =>
        PromptResolution.Resolve(question, await _models.ResolveAsync(model, cancellationToken).ConfigureAwait(false));

    /// <summary>Asks; returns at once. Asking the same again gives the answer that exists.</summary>
    /// <exception cref="HermesException">The image or the model package is not on the platform.</exception>
    public Task<SegmentationStatus> AskAsync(SegmentationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _connection.CallAsync((grains, token) => Grain(grains, request).AskAsync(request, token), cancellationToken);
    }

    /// <summary>Where a question stands.</summary>
    public Task<SegmentationStatus> GetAsync(SegmentationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _connection.CallAsync((grains, token) => Grain(grains, request).GetAsync(token), cancellationToken);
    }

    /// <summary>Where a question stands, by its key; <see cref="SegmentationState.Absent"/> when nobody asked it.</summary>
    /// <param name="key">Its <see cref="SegmentationRequest.Key"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<SegmentationStatus> GetAsync(string key, CancellationToken cancellationToken = default) =>
        _connection.CallAsync((grains, token) => grains.GetGrain<ISegmentationGrain>(key).GetAsync(token), cancellationToken);

    /// <summary>Some questions, as they stood when they were last written down, and how many there are of them.</summary>
    /// <param name="filter">Which, and how many of them stand before the part.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<CatalogPage<SegmentationStatus>> ListPageAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken = default) =>
        CatalogReader.PageAsync<SegmentationStatus>(_connection, CatalogKinds.Segmentation, filter, limit, cancellationToken);

    /// <summary>Gives up a question; takes effect at the next window.</summary>
    public Task CancelAsync(SegmentationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CancelAsync(request.Key(), cancellationToken);
    }

    /// <summary>Gives up a question; takes effect at the next window.</summary>
    /// <param name="key">Its <see cref="SegmentationRequest.Key"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task CancelAsync(string key, CancellationToken cancellationToken = default) =>
        _connection.CallAsync((grains, token) => grains.GetGrain<ISegmentationGrain>(key).CancelAsync(token), cancellationToken);

    /// <summary>The story of a question to its end, heartbeats included.</summary>
    /// <param name="request">The question.</param>
    /// <param name="afterSequence">Only what came after this number; 0 from the start.</param>
    /// <param name="cancellationToken">Stops watching; the work goes on.</param>
    public IAsyncEnumerable<ProgressEvent> WatchAsync(SegmentationRequest request, long afterSequence = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WatchAsync(request.Key(), afterSequence, cancellationToken);
    }

    /// <summary>The story of a question to its end, heartbeats included.</summary>
    /// <param name="key">Its <see cref="SegmentationRequest.Key"/>.</param>
    /// <param name="afterSequence">Only what came after this number; 0 from the start.</param>
    /// <param name="cancellationToken">Stops watching; the work goes on.</param>
    public IAsyncEnumerable<ProgressEvent> WatchAsync(string key, long afterSequence = 0, CancellationToken cancellationToken = default) =>
        _connection.WatchAsync((grains, after, token) => grains.GetGrain<ISegmentationGrain>(key).WatchAsync(after, token), afterSequence, cancellationToken);

    /// <summary>Asks and waits for the answer.</summary>
    /// <param name="request">The question.</param>
    /// <param name="progress">Told of every event of its story.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    /// <exception cref="HermesException">It could not be answered.</exception>
    public async Task<SegmentationResult> AnswerAsync(
        SegmentationRequest request, IProgress<ProgressEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        var status = await AskAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            status = await LongWork.EndAsync(
                status,
                s => s.State is not (SegmentationState.Queued or SegmentationState.Running),
                () => GetAsync(request, cancellationToken),
                seen => WatchAsync(request, seen, cancellationToken),
                progress).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Unheard, the work is finished for nobody, which does no harm.
            await LongWork.TryGiveUpAsync(token => CancelAsync(request, token)).ConfigureAwait(false);
            throw;
        }

        return status switch
        {
            { State: SegmentationState.Completed, Result: { } result } => result,
            { Cause: { } cause } => throw cause.ToException(),
            { State: SegmentationState.Cancelled } => throw new HermesException($"The segmentation of {request.ImageFile ?? request.Image.Sha256} was cancelled by somebody else."),
            _ => throw new HermesException($"The platform lost the segmentation of {request.ImageFile ?? request.Image.Sha256}.", hint: "Ask again."),
        };
    }

    /// <summary>
    /// Asks several questions and waits for all answers, which come in the same order. Questions about one image to one trunk share the work that does not depend
    /// on what is asked; the answers are those that each question gets by itself.
    /// </summary>
    /// <inheritdoc cref="AnswerAsync(SegmentationRequest, IProgress{ProgressEvent}?, CancellationToken)"/>
    public async Task<IReadOnlyList<SegmentationResult>> AnswerAsync(
        IReadOnlyList<SegmentationRequest> requests, IProgress<ProgressEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return await Task.WhenAll(requests.Select(request => AnswerAsync(request, progress, cancellationToken))).ConfigureAwait(false);
    }

    private static ISegmentationGrain Grain(IGrainFactory grains, SegmentationRequest request) => grains.GetGrain<ISegmentationGrain>(request.Key());
}
