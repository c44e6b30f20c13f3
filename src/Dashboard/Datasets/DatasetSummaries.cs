using System.Runtime.CompilerServices;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Datasets;

/// <summary>The summaries of the dataset versions that are being shown: made once for all pages that show one, and forgotten when the last of them is closed.</summary>
internal sealed class DatasetSummaries(IDatasetReader datasets)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Key, int Version), Shown> _shown = [];

    /// <summary>Keeps the summary of a version until what is returned is disposed.</summary>
    public Lease Show(string key, int version)
    {
        lock (_gate)
        {
            if (!_shown.TryGetValue((key, version), out var shown))
            {
                _shown[(key, version)] = shown = new Shown();
            }

            shown.Viewers++;
            return new Lease(this, key, version, shown);
        }
    }

    private Task<DatasetSummary> ReadAsync(string key, int version, Shown shown)
    {
        lock (_gate)
        {
            // What failed is tried again by the next who asks.
            if (shown.Summary is null or { IsFaulted: true } or { IsCanceled: true })
            {
                shown.Summary = Task.Run(() => DatasetSummary.OfAsync(CasesAsync(key, version, shown.Closed.Token), shown.Closed.Token));
            }

            return shown.Summary;
        }
    }

    private async IAsyncEnumerable<CaseRecord> CasesAsync(string key, int version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<CaseRecord> page;
        var number = 0;
        do
        {
            page = await datasets.GetCasesAsync(key, version, number++, cancellationToken);
            foreach (var one in page)
            {
                yield return one;
            }
        }
        while (page.Count == IDatasetGrain.PageSize);
    }

    private void Leave(string key, int version, Shown shown)
    {
        lock (_gate)
        {
            if (--shown.Viewers > 0)
            {
                return;
            }

            _shown.Remove((key, version));
        }

        shown.Closed.Cancel();
    }

    /// <summary>A viewer's hold on a summary.</summary>
    internal sealed class Lease(DatasetSummaries summaries, string key, int version, Shown shown) : IDisposable
    {
        private int _isLeft;

        /// <summary>What it is the summary of.</summary>
        public (string Key, int Version) Subject => (key, version);

        /// <summary>The summary, read when it is first asked for.</summary>
        public Task<DatasetSummary> ReadAsync(CancellationToken cancellationToken) => summaries.ReadAsync(key, version, shown).WaitAsync(cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                summaries.Leave(key, version, shown);
            }
        }
    }

    internal sealed class Shown
    {
        public int Viewers { get; set; }

        public Task<DatasetSummary>? Summary { get; set; }

        public CancellationTokenSource Closed { get; } = new();
    }
}
