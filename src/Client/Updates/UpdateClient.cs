using System.Runtime.CompilerServices;
using Hermes.Client.Connection;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Updates;

/// <summary>Growing models: creating, watching, ending and promoting updates.</summary>
public sealed class UpdateClient
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly PlatformConnection _connection;

    internal UpdateClient(PlatformConnection connection) => _connection = connection;

    /// <summary>The name of an update when nobody chose one: the same request is the same update.</summary>
    public static string NameOf(UpdateRequest request) => NameOf(request, []);

    /// <summary>The name of an update of certain dataset versions: the same request is another update when its datasets have new ones.</summary>
    /// <param name="request">What the update is asked to do.</param>
    /// <param name="datasets">The dataset versions that whoever asks has in mind.</param>
    public static string NameOf(UpdateRequest request, IReadOnlyList<PinnedDataset> datasets)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(datasets);
        var first = request.Datasets.Count > 0 ? request.Datasets[0].Split('/')[^1] : "";
        return $"grow-{first[..Math.Min(first.Length, 40)]}-{CommandId.OfUpdate(string.Join(' ', datasets.Select(d => $"{d.Dataset}@{d.Version}")), request)[..8]}";
    }

    /// <summary>Says what an update would be, without beginning it: old prompt groups are asked about new cases, unless that takes too long for the caller.</summary>
    /// <param name="request">What the update would be asked to do.</param>
    /// <param name="ask">Whether old groups are asked; if not, only what they answered before is told.</param>
    /// <param name="progress">Told how many questions are answered.</param>
    /// <param name="cancellationToken">Stops waiting; questions that were put are answered all the same.</param>
    /// <exception cref="HermesException">Such an update would be refused, whatever its cases hold.</exception>
    public async Task<UpdatePreview> PreviewAsync(UpdateRequest request, bool ask, IProgress<UpdatePreview>? progress = null, CancellationToken cancellationToken = default)
    {
        for (var begins = ask; ; begins = false)
        {
            var preview = await LookAsync(request, begins, cancellationToken).ConfigureAwait(false);
            if (!ask || preview.Waiting == 0)
            {
                return preview;
            }

            progress?.Report(preview);
            await Task.Delay(LookAgain, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What <see cref="PreviewAsync"/> knows now; what is asked is answered later.</summary>
    /// <exception cref="HermesException">Such an update would be refused, whatever its cases hold.</exception>
    public Task<UpdatePreview> LookAsync(UpdateRequest request, bool ask, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _connection.CallAsync((grains, token) => grains.GetGrain<IUpdatePreviewGrain>(request.Model).LookAsync(request, ask, token), cancellationToken);
    }

    /// <summary>Begins an update. The same request under the same name is the same update: asking again continues to it.</summary>
    /// <exception cref="HermesException">The name is taken by another request, or what is asked cannot be grown; the message says why.</exception>
    public Task<UpdateStatus> CreateAsync(string name, UpdateRequest request, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "update");
        ArgumentNullException.ThrowIfNull(request);
        var commandId = CommandId.OfUpdate(name, request);
        return CallAsync(name, (u, t) => u.CreateAsync(commandId, request, t), cancellationToken);
    }

    /// <summary>Where an update stands.</summary>
    /// <exception cref="HermesException">There is no such update.</exception>
    public async Task<UpdateStatus> GetAsync(string name, CancellationToken cancellationToken = default) =>
        await FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw new HermesException($"There is no update '{name}'.").With(Remedy.ListUpdates);

    /// <summary>Where an update stands; null when there is none of this name.</summary>
    public async Task<UpdateStatus?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "update");
        var status = await CallAsync(name, (u, t) => u.GetAsync(t), cancellationToken).ConfigureAwait(false);
        return status.State == UpdateState.Absent ? null : status;
    }

    /// <summary>Asks an update to end; what was learned is kept for a resume.</summary>
    /// <exception cref="HermesException">There is no such update.</exception>
    public Task<UpdateStatus> CancelAsync(string name, CancellationToken cancellationToken = default)
    {
        var commandId = CommandId.New();
        return CallAsync(Names.Require(name, "update"), (u, t) => u.CancelAsync(commandId, t), cancellationToken);
    }

    /// <summary>Goes on with a cancelled or failed update where it was.</summary>
    /// <exception cref="HermesException">There is no such update, or it is under way or has ended.</exception>
    public Task<UpdateStatus> ResumeAsync(string name, CancellationToken cancellationToken = default)
    {
        var commandId = CommandId.New();
        return CallAsync(Names.Require(name, "update"), (u, t) => u.ResumeAsync(commandId, t), cancellationToken);
    }

    /// <summary>Makes what was certified part of what the model serves.</summary>
    /// <param name="name">The update.</param>
    /// <param name="accept">Whether an administrator accepts what the certificate cannot say.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <returns>Promoted; or under way again, where something was promoted since that the new trunk has to learn first.</returns>
    /// <exception cref="HermesException">There is no such update, it is not certified or must be accepted, or another trunk than that of its branches is live.</exception>
    public Task<UpdateStatus> PromoteAsync(string name, bool accept = false, CancellationToken cancellationToken = default) =>
        CallAsync(Names.Require(name, "update"), (u, t) => u.PromoteAsync(accept, t), cancellationToken);

    /// <summary>Watches an update until it no longer goes on by itself.</summary>
    /// <param name="name">The update.</param>
    /// <param name="progress">Told of every event of its story.</param>
    /// <param name="cancellationToken">Stops watching; the update goes on.</param>
    /// <exception cref="HermesException">There is no such update.</exception>
    public async Task<UpdateStatus> FollowAsync(string name, IProgress<ProgressEvent>? progress = null, CancellationToken cancellationToken = default) => await LongWork.EndAsync(
        await GetAsync(name, cancellationToken).ConfigureAwait(false),
        HasEnded,
        () => GetAsync(name, cancellationToken),
        seen => _connection.WatchAsync((grains, after, token) => grains.GetGrain<IUpdateGrain>(name).WatchAsync(after, token), seen, cancellationToken),
        progress).ConfigureAwait(false);

    /// <summary>All updates, in the order of their names.</summary>
    public IAsyncEnumerable<UpdateStatus> ListAsync(CancellationToken cancellationToken = default) => ListAsync(new CatalogFilter(), cancellationToken);

    /// <summary>Some updates, in the order of their names.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<UpdateStatus> ListAsync(CatalogFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (_, status) in CatalogReader.ReadAsync<UpdateStatus>(_connection, CatalogKinds.Update, filter, cancellationToken).ConfigureAwait(false))
        {
            yield return status;
        }
    }

    /// <summary>A part of the list of <see cref="ListAsync(CatalogFilter, CancellationToken)"/>, in the order that the filter says.</summary>
    /// <param name="filter">Which, and how many of them stand before the part.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<CatalogPage<UpdateStatus>> ListPageAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken = default) =>
        CatalogReader.PageAsync<UpdateStatus>(_connection, CatalogKinds.Update, filter, limit, cancellationToken);

    private static bool HasEnded(UpdateStatus status) => status switch
    {
        { State: UpdateState.Certified } => status.Request is not { AutoPromote: true } || status.Cause is not null,
        { State: UpdateState.Rejected or UpdateState.Promoted or UpdateState.Cancelled or UpdateState.Failed } => true,
        _ => false,
    };

    private Task<T> CallAsync<T>(string name, Func<IUpdateGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => call(grains.GetGrain<IUpdateGrain>(name), token), cancellationToken);
}
