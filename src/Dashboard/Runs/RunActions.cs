using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Runs;

/// <inheritdoc cref="IRunActions"/>
internal sealed class RunActions(PlatformActions actions) : IRunActions
{
    public Task CancelAsync(string name, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Runs.CancelAsync(name, token), cancellationToken);

    public Task ResumeAsync(string name, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Runs.ResumeAsync(name, token), cancellationToken);
}
