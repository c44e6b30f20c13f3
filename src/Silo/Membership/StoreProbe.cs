using System.Globalization;
using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Membership;

/// <summary>
/// Proves that all silos of a cluster see the same blobs: each puts a blob of its own and names it in the database, and looks for those of all others and for its own of
/// its last life. Of two that begin together at least one sees what the other named.
/// </summary>
internal sealed class StoreProbe(ICatalogStore catalog, IBlobStore blobs, string silo, TimeProvider clock)
{
    private const string Present = "PRESENT";

    // More silos than any cluster has.
    private const int Most = 1000;

    /// <summary>Names this silo's probe and looks for all that are named.</summary>
    /// <exception cref="HermesException">One is missing; this silo's is not named any more then.</exception>
    public async Task RequireSameAsync(CancellationToken cancellationToken)
    {
        await RequireAllAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var probe = await blobs.PutJsonAsync(new { Silo = silo, Began = now }, cancellationToken);
        await NameAsync(probe, now, Present, cancellationToken);
        try
        {
            await RequireAllAsync(cancellationToken);
        }
        catch (HermesException)
        {
            await NameAsync(probe, now, StateWords.Absent, CancellationToken.None);
            throw;
        }
    }

    private async Task RequireAllAsync(CancellationToken cancellationToken)
    {
        foreach (var known in await catalog.ListAsync(CatalogKinds.Silo, new CatalogFilter(), Most, cancellationToken))
        {
            var named = JsonSerializer.Deserialize<Named>(known.Document, WorkOrderJson.Options)!;
            if (!await blobs.ExistsAsync(named.Probe, cancellationToken))
            {
                throw new HermesException(
                    string.Create(CultureInfo.InvariantCulture, $"This silo, {silo}, does not see the blobs of the cluster: what {(known.Key == silo ? "it" : $"the silo {known.Key}")} stored at {named.Began:u} is not there."),
                    hint: "All silos of a cluster need the same blobs: one folder that all machines mount (blobs-dir), or one container of an object store.");
            }
        }
    }

    private Task NameAsync(BlobRef probe, DateTimeOffset now, string state, CancellationToken cancellationToken) => catalog.UpsertAsync(
        new CatalogEntry(CatalogKinds.Silo, silo, now.ToUnixTimeMilliseconds(), state, false, JsonSerializer.Serialize(new Named(probe, now), WorkOrderJson.Options), now),
        cancellationToken);

    private sealed record Named(BlobRef Probe, DateTimeOffset Began);
}
