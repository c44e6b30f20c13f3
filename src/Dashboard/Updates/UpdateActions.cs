using Hermes.Client.Models;
using Hermes.Client.Updates;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces;
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

    public Task<string> CreateAsync(UpdateRequest request, UpdatePreview seen, CancellationToken cancellationToken) => actions.DoAsync(
        Role.Trainer,
        async (client, token) =>
        {
            var now = await client.Updates.LookAsync(request, ask: false, token);
            if (now.Base != seen.Base || !now.Datasets.SequenceEqual(seen.Datasets) || now.Conflicts.Any(c => c.NeedsAcceptance && !seen.Conflicts.Contains(c)))
            {
                throw new HermesException(
                    "Since this page looked, a dataset or the model got another version, or something odd was found.", hint: "Load the page again; it shows what is foreseen now.");
            }

            var asked = request with
            {
                Version = ModelReference.Parse(seen.Base).Version,
                AcceptConflicts = seen.Conflicts.Any(c => c.NeedsAcceptance),
            };
            return (await client.Updates.CreateAsync(UpdateClient.NameOf(asked, seen.Datasets), asked, token)).Name;
        },
        cancellationToken);

    public Task CancelAsync(string name, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Updates.CancelAsync(name, token), cancellationToken);

    public Task ResumeAsync(string name, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Updates.ResumeAsync(name, token), cancellationToken);

    public Task PromoteAsync(string name, bool accept, CancellationToken cancellationToken) =>
        actions.DoAsync(accept ? Role.Administrator : Role.Trainer, (client, token) => client.Updates.PromoteAsync(name, accept, token), cancellationToken);
}
