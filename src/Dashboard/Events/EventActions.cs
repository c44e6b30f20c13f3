using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Events;

/// <inheritdoc cref="IEventActions"/>
internal sealed class EventActions(PlatformActions actions) : IEventActions
{
    public Task RetryAsync(string id, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Administrator, (client, token) => client.Events.RetryAsync(id, token), cancellationToken);

    public Task DiscardAsync(string id, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Administrator, (client, token) => client.Events.DiscardAsync(id, token), cancellationToken);
}
