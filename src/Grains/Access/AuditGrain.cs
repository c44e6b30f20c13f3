using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Seams;
using Orleans.Concurrency;

namespace Hermes.Grains.Access;

/// <inheritdoc cref="IAuditGrain"/>
[StatelessWorker]
public sealed class AuditGrain(IAuditStore store) : Grain, IAuditGrain
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditRecord>> ListAsync(AuditSearch search, long? before, int limit, CancellationToken cancellationToken) =>
        limit is >= 1 and <= IAuditGrain.MostAtOnce
            ? store.ListAsync(search, before, limit, cancellationToken)
            : throw new HermesException($"1 to {IAuditGrain.MostAtOnce} records are told at a time; {limit} were asked for.");
}
