using System.Runtime.CompilerServices;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Client.Access;

/// <summary>Who may do what on the platform, and who did what. For administrators.</summary>
public sealed class AccessClient
{
    private readonly PlatformConnection _connection;

    internal AccessClient(PlatformConnection connection) => _connection = connection;

    /// <summary>Makes a token for a person or service.</summary>
    /// <returns>The token, which nobody can be told again.</returns>
    /// <exception cref="HermesException">The name has one already, or cannot be a name.</exception>
    public Task<string> CreateAsync(string name, Role role, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "token");
        return CallAsync((a, t) => a.CreateAsync(name, role, t), cancellationToken);
    }

    /// <summary>Everybody who has or had a token.</summary>
    public Task<IReadOnlyList<AccessEntry>> ListAsync(CancellationToken cancellationToken = default) => CallAsync((a, t) => a.ListAsync(t), cancellationToken);

    /// <summary>Takes a token back, for ever; it is of no use any more within seconds.</summary>
    /// <exception cref="HermesException">Nobody of that name has one.</exception>
    public Task<AccessEntry> WithdrawAsync(string name, CancellationToken cancellationToken = default) => CallAsync((a, t) => a.WithdrawAsync(name, t), cancellationToken);

    /// <summary>Who did what, newest first.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<AuditRecord> AuditAsync(AuditSearch search, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const int PageSize = 200;
        long? before = null;
        while (true)
        {
            var page = await AuditPageAsync(search, before, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var record in page)
            {
                yield return record;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            before = page[^1].Number;
        }
    }

    /// <summary>A part of the record of <see cref="AuditAsync"/>, newest first.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="before">Only records with a smaller number; null from the newest.</param>
    /// <param name="limit">At most this many, 1 to <see cref="IAuditGrain.MostAtOnce"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<AuditRecord>> AuditPageAsync(AuditSearch search, long? before, int limit, CancellationToken cancellationToken = default) =>
        _connection.CallAsync((grains, token) => grains.GetGrain<IAuditGrain>(0).ListAsync(search, before, limit, token), cancellationToken);

    private Task<T> CallAsync<T>(Func<IAccessGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => call(grains.GetGrain<IAccessGrain>(0), token), cancellationToken);
}
