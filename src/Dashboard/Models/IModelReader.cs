using Hermes.Client.Connection;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Models;

/// <summary>What pages read of models. All of it fails with <see cref="Platform.PlatformAbsentException"/> while no platform answers.</summary>
internal interface IModelReader
{
    /// <summary>A part of the list, and how many there are in all.</summary>
    Task<CatalogPage<ModelRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>A model, and of one of its versions what made it.</summary>
    /// <param name="name">The model.</param>
    /// <param name="version">The version; null for the live one, or the newest where none is live.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ModelView> GetAsync(string name, int? version, CancellationToken cancellationToken);
}

/// <summary>A model as its page shows it.</summary>
/// <param name="Model">The model; null where there is none of the name.</param>
/// <param name="Origins">How each version came about, oldest first.</param>
/// <param name="Chosen">The version that is looked at; null where the model has none of the number.</param>
/// <param name="Update">The update that made it, if one did and is there still.</param>
public sealed record ModelView(ModelStatus? Model, IReadOnlyList<VersionOrigin> Origins, VersionOrigin? Chosen, UpdateStatus? Update)
{
    public static ModelView Absent { get; } = new(null, [], null, null);
}
