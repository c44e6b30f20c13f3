using Hermes.Blobs;
using Hermes.Grains.Interfaces;

namespace Hermes.Silo.Storage;

/// <summary>
/// Keeps two platforms out of one blob store: each would remove the other's blobs, which nothing refers to in its own database. And keeps a platform from a store that it
/// never had, such as the folder of a disk that is not mounted: all its blobs would be missing there.
/// </summary>
internal static class BlobOwner
{
    /// <summary>Makes a store the platform's own, or refuses it.</summary>
    /// <param name="database">The platform's database, which says who it is.</param>
    /// <param name="blobs">The store.</param>
    /// <param name="takeOver">Whether the platform it belonged to is no more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">It belongs to another, or it is empty and belongs to nobody while the platform has stored states.</exception>
    public static async Task RequireAsync(Database database, IBlobStore blobs, bool takeOver = false, CancellationToken cancellationToken = default)
    {
        // The first state is stored when the blobs are claimed; what silos stored before blobs were claimed is there, unlike the blobs of a disk that is not mounted.
        if (takeOver || !await HasStatesAsync(database, cancellationToken) || await HasBlobsAsync(blobs, cancellationToken))
        {
            await blobs.ClaimAsync(await PlatformRow.IdAsync(database, cancellationToken), takeOver, cancellationToken);
        }

        await RequireOwnAsync(database, blobs, cancellationToken);
    }

    /// <summary>Refuses a store that <see cref="RequireAsync"/> would; changes nothing.</summary>
    /// <inheritdoc cref="RequireAsync"/>
    public static async Task RequireUsableAsync(Database database, IBlobStore blobs, CancellationToken cancellationToken = default)
    {
        if (await blobs.OwnerAsync(cancellationToken) is not null || (await HasStatesAsync(database, cancellationToken) && !await HasBlobsAsync(blobs, cancellationToken)))
        {
            await RequireOwnAsync(database, blobs, cancellationToken);
        }
    }

    /// <summary>Refuses a store that is not the platform's own; changes nothing.</summary>
    /// <inheritdoc cref="RequireAsync"/>
    public static async Task RequireOwnAsync(Database database, IBlobStore blobs, CancellationToken cancellationToken = default)
    {
        var (platform, owner) = (await PlatformRow.IdAsync(database, cancellationToken), await blobs.OwnerAsync(cancellationToken));
        if (owner is null)
        {
            throw new HermesException(
                $"The blobs of the platform {platform}, whose database is {database.Description}, are not in {blobs.Place}: nothing there says that they are.",
                hint: "Look whether that is the right place, and whether its disk is mounted; a copy of the blobs needs what is called 'platform' there, too. Where the blobs are gone for good, restore the last backup.");
        }

        if (owner != platform)
        {
            throw new HermesException(
                $"The blobs in {blobs.Place} belong to another platform, {owner}; the database {database.Description} is that of the platform {platform}.",
                hint: "Give each platform blobs of its own: two in one place remove each other's. Blobs of a platform that is no more are taken over by 'hermes restore --take-blobs'.");
        }
    }

    private static async Task<bool> HasBlobsAsync(IBlobStore blobs, CancellationToken cancellationToken) =>
        await blobs.IsMadeAsync(cancellationToken) && await blobs.ListAsync(cancellationToken: cancellationToken).AnyAsync(cancellationToken);

    private static async Task<bool> HasStatesAsync(Database database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(connection, "SELECT 1 FROM grain_state LIMIT 1");
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }
}
