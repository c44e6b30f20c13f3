using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Administration;

/// <summary>What pages read for whoever looks after the platform. It fails with <see cref="PlatformAbsentException"/> while no platform answers.</summary>
internal interface IAdministrationReader
{
    /// <summary>What the platform says of itself, and what it noticed.</summary>
    /// <param name="silo">The silo that is looked at closely, by its name; null for the one that answers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<PlatformReport> GetPlatformAsync(string? silo, CancellationToken cancellationToken);

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
/// <param name="Platform">Where it is, and where the silo is that is looked at closely; null while that one does not answer.</param>
/// <param name="Silos">Its silos.</param>
/// <param name="Health">How the silo is that is looked at closely; null when it does not say.</param>
/// <param name="Troubles">What silos noticed of themselves and could not mend.</param>
/// <param name="Settings">What the silo that is looked at closely was told; null when it does not say.</param>
public sealed record PlatformReport(
    PlatformDescription? Platform, IReadOnlyList<SiloReport> Silos, PlatformHealth? Health, IReadOnlyList<PlatformTrouble> Troubles, ConfigReport? Settings = null);

/// <summary>What a silo says of itself.</summary>
/// <param name="Silo">Where it is, and what it has.</param>
/// <param name="Health">How it is; null while it does not answer.</param>
public sealed record SiloReport(SiloDescription Silo, PlatformHealth? Health);
