using Hermes.Client;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Administration;

/// <inheritdoc cref="IAdministrationReader"/>
internal sealed class AdministrationReader(PlatformLink link, PlatformActions actions) : IAdministrationReader
{
    public Task<PlatformReport> GetPlatformAsync(string? silo, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var platform = await client.DescribeAsync(token);
            var troubles = client.TroublesAsync(token);
            var silos = await Task.WhenAll((platform.Members ?? []).Select(member => LookAtAsync(client, member, token)));
            return silos.FirstOrDefault(s => s.Silo.Name == silo) switch
            {
                null => new PlatformReport(platform, silos, await client.HealthAsync(token), await troubles, await client.SettingsAsync(token)),
                { Health: null } => new PlatformReport(null, silos, null, await troubles),
                { } one => new PlatformReport(await client.DescribeAsync(one.Silo, token), silos, one.Health, await troubles, await client.SettingsAsync(one.Silo, token)),
            };
        },
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

    private static async Task<SiloReport> LookAtAsync(HermesClient client, SiloDescription silo, CancellationToken cancellationToken)
    {
        try
        {
            return new SiloReport(silo, await client.HealthAsync(silo, cancellationToken));
        }
        catch (HermesException)
        {
            // One of several that does not answer: the others say that it is gone as soon as they are sure.
            return new SiloReport(silo, null);
        }
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
