using Hermes.Blobs;
using Hermes.Grains.Interfaces;

namespace Hermes.Silo.Storage;

/// <summary>Keeps two platforms out of one blob store: each would remove the other's blobs, which nothing refers to in its own database.</summary>
internal static class BlobOwner
{
    /// <summary>Makes a store the platform's own, or refuses it.</summary>
    /// <param name="database">The platform's database, which says who it is.</param>
    /// <param name="blobs">The store.</param>
    /// <param name="takeOver">Whether the platform it belonged to is no more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">It belongs to another.</exception>
    public static async Task RequireAsync(Database database, IBlobStore blobs, bool takeOver = false, CancellationToken cancellationToken = default)
    {
        var platform = await PlatformRow.IdAsync(database, cancellationToken);
        if (await blobs.ClaimAsync(platform, takeOver, cancellationToken) is var owner && owner != platform)
        {
            throw new HermesException(
                $"The blobs in {blobs.Place} belong to another platform, {owner}; the database {database.Description} is that of the platform {platform}.",
                hint: "Give each platform blobs of its own: two in one place remove each other's. Blobs of a platform that is no more are taken over by 'hermes restore --take-blobs'.");
        }
    }
}
