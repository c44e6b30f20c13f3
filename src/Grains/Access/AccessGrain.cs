using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Seams;
using Orleans.Concurrency;

namespace Hermes.Grains.Access;

/// <inheritdoc cref="IAccessGrain"/>
[StatelessWorker]
public sealed class AccessGrain(IAccessStore store) : Grain, IAccessGrain
{
    /// <inheritdoc/>
    public Task<string> CreateAsync(string name, Role role, CancellationToken cancellationToken)
    {
        if (Names.Require(name, "token") == Bearer.Platform.Name)
        {
            throw new HermesException($"'{name}' is what the platform's own token is called.", hint: "Choose another name.");
        }

        return Roles.Given.Contains(role) ? store.CreateAsync(name, role, cancellationToken) : throw new HermesException("This role cannot be given to anybody.");
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccessEntry>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<AccessEntry> WithdrawAsync(string name, CancellationToken cancellationToken) =>
        await store.WithdrawAsync(name, cancellationToken) ?? throw new HermesException($"Nobody called '{name}' has a token.").With(Remedy.ListAccess);
}
