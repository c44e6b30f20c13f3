using Hermes.Client.Updates;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Updates;

/// <inheritdoc cref="IUpdateActions"/>
internal sealed class UpdateActions(PlatformActions actions) : IUpdateActions
{
    public Task<UpdatePreview> PreviewAsync(UpdateRequest request, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Updates.LookAsync(request, ask: false, token), cancellationToken);

    public Task AskAsync(UpdateRequest request, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Updates.LookAsync(request, ask: true, token), cancellationToken);

    public async Task<string> CreateAsync(UpdateRequest request, CancellationToken cancellationToken) =>
        (await actions.DoAsync(Role.Trainer, (client, token) => client.Updates.CreateAsync(UpdateClient.NameOf(request), request, token), cancellationToken)).Name;

    public Task CancelAsync(string name, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Updates.CancelAsync(name, token), cancellationToken);

    public Task ResumeAsync(string name, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Updates.ResumeAsync(name, token), cancellationToken);

    public Task PromoteAsync(string name, bool accept, CancellationToken cancellationToken) =>
        actions.DoAsync(accept ? Role.Administrator : Role.Trainer, (client, token) => client.Updates.PromoteAsync(name, accept, token), cancellationToken);
}
