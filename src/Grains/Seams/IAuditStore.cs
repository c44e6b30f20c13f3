using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Seams;

/// <summary>The record of who did what, to which rows are only ever added.</summary>
public interface IAuditStore
{
    /// <summary>Writes down that something was asked for, before it is done.</summary>
    /// <returns>The number of the record.</returns>
    Task<long> BeginAsync(Bearer who, string what, string kind, string name);

    /// <summary>Writes down how it ended.</summary>
    Task EndAsync(long number, AuditOutcome outcome, string? reason);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<AuditRecord>> ListAsync(AuditSearch search, long? before, int limit, CancellationToken cancellationToken = default);
}
