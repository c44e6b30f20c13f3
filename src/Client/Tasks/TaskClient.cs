using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Tasks;

namespace Hermes.Client.Tasks;

/// <summary>The tasks that a platform knows.</summary>
public sealed class TaskClient
{
    private readonly PlatformConnection _connection;

    internal TaskClient(PlatformConnection connection) => _connection = connection;

    /// <summary>All tasks in the order in which they were registered.</summary>
    public Task<IReadOnlyList<TaskEntry>> ListAsync(CancellationToken cancellationToken = default) =>
        _connection.CallAsync((grains, token) => grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry).ListAsync(token), cancellationToken);
}
