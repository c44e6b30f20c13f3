using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Silo.Storage;

/// <summary>Every reference to a blob in the database, and in the pages that are referred to there.</summary>
internal sealed class StoredReferences(Database database, IBlobStore blobs)
{
    // One statement sees one moment, so that nothing is missed that moves from one owner to another meanwhile.
    private const string Everything =
        "SELECT type, CASE WHEN id_text = '' THEN CAST(id_n1 AS TEXT) ELSE id_text END, payload, NULL FROM grain_state WHERE payload IS NOT NULL " +
        "UNION ALL SELECT kind, key, NULL, document FROM catalog";

    /// <summary>Reads all references as they are now.</summary>
    /// <param name="catalog">Whether what only the catalog's rows refer to counts; a row may lag behind its owner.</param>
    /// <param name="onUnreadable">Told of a page that cannot be read, whose references are not known then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<string, OwnedBlob>> ReadAsync(bool catalog, Action<BlobRef, HermesException> onUnreadable, CancellationToken cancellationToken)
    {
        var found = new ReferencedBlobs(page => PageAsync(page, onUnreadable, cancellationToken));
        foreach (var (owner, reference) in await RootsAsync(catalog, cancellationToken))
        {
            await found.AddAsync(owner, reference);
        }

        return found.Found;
    }

    private async Task<IReadOnlyList<BlobRef>> PageAsync(BlobRef page, Action<BlobRef, HermesException> onUnreadable, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await blobs.GetJsonAsync<JsonElement>(page, cancellationToken)).References()];
        }
        catch (HermesException unreadable) when (BlobDamage.Is(unreadable))
        {
            onUnreadable(page, unreadable);
            return [];
        }
    }

    private async Task<IReadOnlyList<(string Owner, BlobRef Reference)>> RootsAsync(bool catalog, CancellationToken cancellationToken)
    {
        var roots = new List<(string, BlobRef)>();
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(connection, Everything);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var kind = reader.GetString(0);
            var isRow = await reader.IsDBNullAsync(2, cancellationToken);
            if (isRow && !catalog)
            {
                continue;
            }

            using var document = isRow ? JsonDocument.Parse(reader.GetString(3)) : JsonDocument.Parse(reader.GetFieldValue<byte[]>(2));
            var owner = $"{kind} {reader.GetString(1)}";
            var references = isRow ? StateReferences.Of(kind, document.RootElement) : ReferencedBlobs.Of(kind, document.RootElement);
            roots.AddRange(references.Select(r => (owner, r)));
        }

        return roots;
    }
}
