using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Dashboard.Administration;

/// <inheritdoc cref="IAdministrationActions"/>
internal sealed class AdministrationActions(PlatformActions actions) : IAdministrationActions
{
    public Task<string> CreateTokenAsync(string name, Role role, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Administrator, (client, token) => client.Access.CreateAsync(name, role, token), cancellationToken);

    public Task WithdrawTokenAsync(string name, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Administrator, (client, token) => client.Access.WithdrawAsync(name, token), cancellationToken);

    public Task CheckBlobsAsync(Action<BlobCheck> told, CancellationToken cancellationToken) => actions.DoAsync(
        Role.Administrator,
        async (client, token) =>
        {
            var stretches = 0;
            await foreach (var stretch in client.BlobCare.CheckAsync(token))
            {
                told(stretch);
                stretches++;
            }

            return stretches;
        },
        cancellationToken);

    public Task<BlobCollection> CollectBlobsAsync(bool dryRun, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Administrator, (client, token) => client.BlobCare.CollectAsync(dryRun, token), cancellationToken);
}
