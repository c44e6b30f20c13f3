using System.Text.Json;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Seams;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Storage;

/// <summary>The catalog in the embedded database.</summary>
internal sealed class SqliteCatalog(Database database) : ICatalogStore
{
    private const string Columns = "kind, key, version, state, unfinished, document, updated";

    public async Task UpsertAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO catalog (" + Columns + ") VALUES ($kind, $key, $version, $state, $unfinished, $document, $updated) " +
            "ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version, state = excluded.state, unfinished = excluded.unfinished, " +
            "document = excluded.document, updated = excluded.updated WHERE excluded.version >= catalog.version";
        command.Parameters.AddWithValue("$kind", entry.Kind);
        command.Parameters.AddWithValue("$key", entry.Key);
        command.Parameters.AddWithValue("$version", entry.Version);
        command.Parameters.AddWithValue("$state", entry.State);
        command.Parameters.AddWithValue("$unfinished", entry.IsUnfinished ? 1 : 0);
        command.Parameters.AddWithValue("$document", entry.Document);
        command.Parameters.AddWithValue("$updated", entry.Updated.ToUnixTimeMilliseconds());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, string? afterKey, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT " + Columns + " FROM catalog WHERE kind = $kind AND key > $after AND state NOT IN (SELECT value FROM json_each($hidden)) ORDER BY key LIMIT $limit";
        command.Parameters.AddWithValue("$kind", kind);
        command.Parameters.AddWithValue("$after", afterKey ?? "");
        command.Parameters.AddWithValue("$hidden", JsonSerializer.Serialize(CatalogEntry.Unlisted));
        command.Parameters.AddWithValue("$limit", limit);
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<IReadOnlyList<CatalogEntry>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT " + Columns + " FROM catalog WHERE unfinished = 1 ORDER BY kind, key";
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task<List<CatalogEntry>> ReadAsync(SqliteCommand command, CancellationToken cancellationToken)
    {
        var entries = new List<CatalogEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new CatalogEntry(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetInt64(2),
                reader.GetString(3),
                reader.GetInt64(4) == 1,
                reader.GetString(5),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6))));
        }

        return entries;
    }
}
