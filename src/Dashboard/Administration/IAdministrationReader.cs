using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Administration;

/// <summary>What pages read for whoever looks after the platform. It fails with <see cref="PlatformAbsentException"/> while no platform answers.</summary>
internal interface IAdministrationReader
{
    /// <summary>What the platform says of itself, and what it noticed.</summary>
    Task<PlatformReport> GetPlatformAsync(CancellationToken cancellationToken);

    /// <summary>Everybody who has or had a token. For administrators.</summary>
    Task<IReadOnlyList<AccessEntry>> GetAccessAsync(CancellationToken cancellationToken);

    /// <summary>Who did what, newest first. For administrators.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="before">Only records with a smaller number; null from the newest.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<AuditRecord>> AuditAsync(AuditSearch search, long? before, int limit, CancellationToken cancellationToken);
}

/// <summary>What the platform says of itself.</summary>
/// <param name="Platform">Its silos, and where it is.</param>
/// <param name="Health">How the silo that answers is; null when it does not say.</param>
/// <param name="Troubles">What that one noticed of itself and could not mend.</param>
/// <param name="Settings">What that one was told; null when it does not say.</param>
public sealed record PlatformReport(PlatformDescription Platform, PlatformHealth? Health, IReadOnlyList<PlatformTrouble> Troubles, ConfigReport? Settings = null);
