using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.Segmentations;

/// <summary>One question and its answer: asking again gives the answer that exists. Key: <see cref="SegmentationRequest.Key"/>.</summary>
[Alias("hermes.ISegmentationGrain")]
public interface ISegmentationGrain : IGrainWithStringKey
{
    /// <summary>Asks; returns at once. A failed or cancelled question is asked anew.</summary>
    /// <exception cref="HermesException">The image or the model package is not on the platform.</exception>
    [Alias("AskAsync"), Needs(Role.Trainer)]
    Task<SegmentationStatus> AskAsync(SegmentationRequest request, CancellationToken cancellationToken = default);

    /// <summary>Where it stands.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<SegmentationStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives up the question; returns at once.</summary>
    [Alias("CancelAsync"), Needs(Role.Trainer)]
    Task CancelAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets the question and its answer, as if it had never been asked.</summary>
    [Alias("ForgetAsync"), Needs(Role.Silo)]
    Task ForgetAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets the question and its answer, unless it is asked anew.</summary>
    [Alias("ForgetAnswerAsync"), Needs(Role.Silo)]
    Task ForgetAnswerAsync(CancellationToken cancellationToken = default);

    /// <summary>Its story from after <paramref name="afterSequence"/>, with heartbeats, until it ends.</summary>
    [Alias("WatchAsync"), Needs(Role.Viewer)]
    IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>For the inference grain: how far the worker is.</summary>
    [Alias("ReportAsync"), Needs(Role.Silo)]
    Task ReportAsync(string phase, int done, int total);

    /// <summary>For the inference grain: how it ended; exactly one of the two is set, neither when cancelled.</summary>
    [Alias("EndAsync"), Needs(Role.Silo)]
    Task EndAsync(SegmentationResult? result, Failure? cause);

    /// <summary>Takes up a question that a stopped silo left unanswered.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();
}
