using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Models;

/// <summary>The run that made the trunk of a version.</summary>
internal static class TrunkRun
{
    /// <summary>How that run is; null for a trunk that was imported.</summary>
    public static async Task<RunStatus?> TrunkRunAsync(this ModelVersion version, IGrainFactory grains, CancellationToken cancellationToken) =>
        version.Run.Length == 0 ? null : await grains.GetGrain<IRunGrain>(version.Run).GetAsync(cancellationToken);
}
