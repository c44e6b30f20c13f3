using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Administration;

/// <inheritdoc cref="IAdministrationReader"/>
internal sealed class AdministrationReader(PlatformLink link, PlatformActions actions) : IAdministrationReader
{
    public Task<PlatformReport> GetPlatformAsync(CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) => new PlatformReport(
            await client.DescribeAsync(token), await client.HealthAsync(token), await client.TroublesAsync(token), await client.SettingsAsync(token)),
        cancellationToken);

    public async Task<IReadOnlyList<AccessEntry>> GetAccessAsync(CancellationToken cancellationToken)
    {
        await RequireAdministratorAsync();
        return await link.AskAsync((client, token) => client.Access.ListAsync(token), cancellationToken);
    }

    public async Task<IReadOnlyList<AuditRecord>> AuditAsync(AuditSearch search, long? before, int limit, CancellationToken cancellationToken)
    {
        await RequireAdministratorAsync();
        return await link.AskAsync((client, token) => client.Access.AuditPageAsync(search, before, limit, token), cancellationToken);
    }

    // The dashboard itself may read it; who is at the browser must be allowed to, too.
    private async Task RequireAdministratorAsync()
    {
        if (await actions.WhyNotAsync(Role.Administrator) is { } reason)
        {
            throw new HermesException(reason);
        }
    }
}
