using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Client.Scheduling;

/// <summary>Runs that wait for a device: who waits for what and why, and a person's word about it. Each command may be repeated.</summary>
public sealed class QueueClient
{
    private const int LongestName = 64;

    private readonly PlatformConnection _connection;

    internal QueueClient(PlatformConnection connection) => _connection = connection;

    /// <summary>Who waits for what and why, who has which device, and what the sites used of late.</summary>
    public Task<QueueStatus> GetAsync(CancellationToken cancellationToken = default) => CallAsync((s, t) => s.GetQueueAsync(t), cancellationToken);

    /// <summary>Lets a run go before another, or before all. One that has a device already keeps it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="before">The run it is to go before; null for all of them.</param>
    /// <param name="by">Who wants it; the user of this process when null.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">The one or the other is not queued.</exception>
    public Task<QueueStatus> MoveAsync(string run, string? before = null, string? by = null, CancellationToken cancellationToken = default)
    {
        Names.Require(run, "run");
        return CallAsync((s, t) => s.MoveAsync(run, before is null ? null : Names.Require(before, "run"), Name(by), t), cancellationToken);
    }

    /// <summary>Holds a run back until <see cref="ReleaseAsync"/>; it keeps its place.</summary>
    /// <param name="run">The run.</param>
    /// <param name="by">Who wants it; the user of this process when null.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">It is not queued, or has a device already.</exception>
    public Task<QueueStatus> HoldAsync(string run, string? by = null, CancellationToken cancellationToken = default)
    {
        Names.Require(run, "run");
        return CallAsync((s, t) => s.HoldAsync(run, Name(by), t), cancellationToken);
    }

    /// <summary>Holds a run back no longer.</summary>
    /// <exception cref="HermesException">It is neither queued nor has it a device.</exception>
    public Task<QueueStatus> ReleaseAsync(string run, CancellationToken cancellationToken = default)
    {
        Names.Require(run, "run");
        return CallAsync((s, t) => s.EndHoldAsync(run, t), cancellationToken);
    }

    private static string Name(string? by)
    {
        var name = string.IsNullOrWhiteSpace(by) ? Environment.UserName : by.Trim();
        return name.Length <= LongestName ? name : name[..LongestName];
    }

    private Task<QueueStatus> CallAsync(Func<ISchedulerGrain, CancellationToken, Task<QueueStatus>> call, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => call(grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass), token), cancellationToken);
}
