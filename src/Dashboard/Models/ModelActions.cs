using System.Globalization;
using Hermes.Client.Models;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Models;

/// <inheritdoc cref="IModelActions"/>
internal sealed class ModelActions(PlatformActions actions) : IModelActions
{
    public Task MakeLiveAsync(string name, int version, IReadOnlyList<string> drop, CancellationToken cancellationToken) => actions.DoAsync(
        Role.Trainer,
        (client, token) => client.Models.MakeLiveAsync(new ModelReference(name, version.ToString(CultureInfo.InvariantCulture)), drop, token),
        cancellationToken);

    public Task RollbackAsync(string name, string promotion, CancellationToken cancellationToken) =>
        actions.DoAsync(Role.Trainer, (client, token) => client.Models.RollbackAsync(name, promotion, token), cancellationToken);
}
