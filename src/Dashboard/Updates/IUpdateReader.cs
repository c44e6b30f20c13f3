using Hermes.Client.Connection;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Updates;

/// <summary>What pages read of updates. All of it fails with <see cref="Platform.PlatformAbsentException"/> while no platform answers.</summary>
internal interface IUpdateReader
{
    /// <summary>A part of the list, and how many there are in all.</summary>
    Task<CatalogPage<UpdateRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>An update, and how far the runs are that learn for it.</summary>
    Task<UpdateView> GetAsync(string name, CancellationToken cancellationToken);
}

/// <summary>An update as its page shows it.</summary>
/// <param name="Status">The update; null where there is none of the name.</param>
/// <param name="Runs">Its runs that have not learned yet what they are to learn, by name, where they are begun.</param>
public sealed record UpdateView(UpdateStatus? Status, IReadOnlyDictionary<string, RunStatus> Runs)
{
    public static UpdateView Absent { get; } = new(null, new Dictionary<string, RunStatus>());
}
