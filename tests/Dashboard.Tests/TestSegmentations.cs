using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hermes.Client.Connection;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Dashboard.Segmentations;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Dashboard.Tests;

/// <summary>Questions and answers that a test has, and what is asked.</summary>
internal sealed class TestSegmentations : ISegmentationReader, ISegmentationActions
{
    public Func<IReadOnlyList<ModelVersion>> Models { get; set; } = () => [];

    public Func<Task<SegmentationStatus>> Status { get; set; } = () => Task.FromResult(new SegmentationStatus { State = SegmentationState.Absent });

    public Channel<ProgressEvent> Story { get; } = Channel.CreateUnbounded<ProgressEvent>();

    public List<SegmentationQuestion> Asked { get; } = [];

    public List<string> Cancelled { get; } = [];

    public Task<IReadOnlyList<ModelVersion>> GetModelsAsync(CancellationToken cancellationToken) => Task.FromResult(Models());

    public Task<ModelVersion> GetModelAsync(ModelReference model, CancellationToken cancellationToken) => Task.FromResult(Models().Single(m => m.Model == model.Name));

    public Func<Task<CatalogPage<AnswerRow>>> List { get; set; } = () => Task.FromResult(new CatalogPage<AnswerRow>([], 0));

    public ConcurrentQueue<CatalogFilter> Listed { get; } = new();

    public Task<CatalogPage<AnswerRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken)
    {
        Listed.Enqueue(filter);
        return List();
    }

    public Task<SegmentationStatus> GetAsync(string key, CancellationToken cancellationToken) => Status();

    public async IAsyncEnumerable<ProgressEvent> WatchAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in Story.Reader.ReadAllAsync(cancellationToken))
        {
            yield return happened;
        }
    }

    public Task<string> AskAsync(SegmentationQuestion question, ModelVersion model, CancellationToken cancellationToken)
    {
        Asked.Add(question);
        return Task.FromResult(new string('a', 64));
    }

    public Task CancelAsync(string key, CancellationToken cancellationToken)
    {
        Cancelled.Add(key);
        return Task.CompletedTask;
    }
}
