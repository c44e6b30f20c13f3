using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;
using Microsoft.AspNetCore.Components.Authorization;

namespace Hermes.Dashboard.Scheduling;

/// <inheritdoc cref="IQueueActions"/>
internal sealed class QueueActions(PlatformActions actions, AuthenticationStateProvider visitors) : IQueueActions
{
    public async Task MoveAsync(string run, string? before, CancellationToken cancellationToken)
    {
        var by = await NameAsync();
        await actions.DoAsync(Role.Trainer, (client, token) => client.Queue.MoveAsync(run, before, by, token), cancellationToken);
    }

    public async Task HoldAsync(string run, CancellationToken cancellationToken)
    {
        var by = await NameAsync();
        await actions.DoAsync(Role.Trainer, (client, token) => client.Queue.HoldAsync(run, by, token), cancellationToken);
    }

    public Task ReleaseAsync(string run, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Queue.ReleaseAsync(run, token), cancellationToken);

    // The queue says who wanted it: the person, not the dashboard.
    private async Task<string> NameAsync() => Visitor.NameOf((await visitors.GetAuthenticationStateAsync()).User);
}
