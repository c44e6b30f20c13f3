using System.Collections.Concurrent;
using Hermes.Client.Connection;
using Hermes.Dashboard.Datasets;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests;

/// <summary>Datasets that a test has, or fails to have.</summary>
internal sealed class TestDatasetReader : IDatasetReader
{
    public ConcurrentQueue<CatalogFilter> Asked { get; } = new();

    public ConcurrentQueue<(int Version, int Page)> CasePages { get; } = new();

    public Func<Task<CatalogPage<DatasetRow>>> List { get; set; } = () => Task.FromResult(new CatalogPage<DatasetRow>([], 0));

    public Func<Task<DatasetStatus>> Status { get; set; } = () => Task.FromResult(new DatasetStatus { State = DatasetState.Absent });

    public Func<IReadOnlyList<CaseRecord>> Cases { get; set; } = () => [];

    public IReadOnlyList<Failure> Problems { get; set; } = [];

    public Task<CatalogPage<DatasetRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken)
    {
        Asked.Enqueue(filter);
        return List();
    }

    public Task<DatasetWords> GetWordsAsync(CancellationToken cancellationToken) => Task.FromResult(new DatasetWords(["clinic", "local"], ["ct"], ["ct/liver"]));

    public Task<DatasetStatus> GetAsync(string key, CancellationToken cancellationToken) => Status();

    public Task<IReadOnlyList<CaseRecord>> GetCasesAsync(string key, int version, int page, CancellationToken cancellationToken)
    {
        CasePages.Enqueue((version, page));
        return Task.FromResult<IReadOnlyList<CaseRecord>>([.. Cases().Skip(page * IDatasetGrain.PageSize).Take(IDatasetGrain.PageSize)]);
    }

    public ConcurrentQueue<(int Version, int Page)> PreviewsAsked { get; } = new();

    public Func<bool> Previews { get; set; } = () => false;

    public FoundCase? Case { get; set; }

    public Func<Task<FoundCase?>>? Find { get; set; }

    public Task<bool> AskPreviewsAsync(string key, int version, int page, CancellationToken cancellationToken)
    {
        PreviewsAsked.Enqueue((version, page));
        return Task.FromResult(Previews());
    }

    public Task<FoundCase?> FindCaseAsync(string key, int version, string caseId, CancellationToken cancellationToken) =>
        Find?.Invoke() ?? Task.FromResult(Case?.Standing.Record.CaseId == caseId ? Case : null);

    /// <summary>Models that there are.</summary>
    public IReadOnlyList<ModelStatus> Models { get; set; } = [];

    /// <summary>Updates that learn the dataset.</summary>
    public IReadOnlyList<UpdateStatus> Updates { get; set; } = [];

    public async Task<DatasetLearning> GetLearningAsync(string key, CancellationToken cancellationToken) => DatasetLearning.Of(key, await Status(), Models, Updates);

    public Task<IReadOnlyList<Failure>> GetProblemsAsync(string key, int page, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Failure>>([.. Problems.Skip(page * IDatasetGrain.PageSize).Take(IDatasetGrain.PageSize)]);
}
