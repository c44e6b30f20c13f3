using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Seams;

/// <summary>Who was given a token. What is stored is not enough to make one.</summary>
public interface IAccessStore
{
    /// <summary>Makes a token and writes down for whom.</summary>
    /// <exception cref="HermesException">The name has one already.</exception>
    Task<string> CreateAsync(string name, Role role, CancellationToken cancellationToken = default);

    /// <summary>All that were ever made, in the order of their names.</summary>
    Task<IReadOnlyList<AccessEntry>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes one back.</summary>
    /// <returns>What was taken back; null when the name has none.</returns>
    Task<AccessEntry?> WithdrawAsync(string name, CancellationToken cancellationToken = default);
}
