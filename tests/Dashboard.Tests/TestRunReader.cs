using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Runs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests;

/// <summary>Runs that a test has, or fails to have.</summary>
internal sealed class TestRunReader : IRunReader
{
    public ConcurrentQueue<CatalogFilter> Asked { get; } = new();

    public Func<Task<CatalogPage<RunRow>>> List { get; set; } = () => Task.FromResult(new CatalogPage<RunRow>([], 0));

    public Task<CatalogPage<RunRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken)
    {
        Asked.Enqueue(filter);
        return List();
    }

    /// <summary>The run that there is; null for none.</summary>
    public RunStatus? Status { get; set; }

    /// <summary>Other runs that there are.</summary>
    public Dictionary<string, RunStatus> Others { get; } = [];

    /// <summary>Why runs cannot be read, if so.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What the run says by itself.</summary>
    public Channel<ProgressEvent> Story { get; set; } = Channel.CreateUnbounded<ProgressEvent>();

    /// <summary>How often somebody began to listen, and from where on.</summary>
    public ConcurrentQueue<long> Listened { get; } = new();

    /// <summary>The contents of stretches of metrics, by their digests.</summary>
    public ConcurrentDictionary<string, byte[]> Stretches { get; } = new();

    /// <summary>The digests of the stretches that were read.</summary>
    public ConcurrentQueue<string> Read { get; } = new();

    public Task<RunStatus?> FindAsync(string name, CancellationToken cancellationToken) =>
        Failure is { } failure ? Task.FromException<RunStatus?>(failure) : Task.FromResult(Status?.Name == name ? Status : Others.GetValueOrDefault(name));

    public async IAsyncEnumerable<ProgressEvent> WatchAsync(string name, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Listened.Enqueue(afterSequence);
        await foreach (var happened in Story.Reader.ReadAllAsync(cancellationToken))
        {
            yield return happened;
        }
    }

    public Task<byte[]> ReadAsync(BlobRef blob, CancellationToken cancellationToken)
    {
        Read.Enqueue(blob.Sha256);
        return Task.FromResult(Stretches[blob.Sha256]);
    }
}
