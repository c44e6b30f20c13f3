using System.Data.Common;
using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Storage;

/// <summary>The catalog in the database; its statements mean the same to SQLite and PostgreSQL.</summary>
internal sealed partial class SqlCatalog(Database database) : ICatalogStore
{
    private const string Columns = "kind, key, version, state, unfinished, document, updated";

    private static readonly IReadOnlyList<(string Name, object Value)> Hidden = [.. CatalogEntry.Unlisted.Select((state, i) => ($"@hidden{i}", (object)state))];

    private static readonly string Listed = $"state NOT IN ({string.Join(", ", Hidden.Select(h => h.Name))})";

    /// <summary>Writes a row unless a newer version of it is there.</summary>
    internal static DbCommand Upsert(DbConnection connection, CatalogEntry entry) => Database.Command(
        connection,
        "INSERT INTO catalog (" + Columns + ") VALUES (@kind, @key, @version, @state, @unfinished, @document, @updated) " +
        "ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version, state = excluded.state, unfinished = excluded.unfinished, " +
        "document = excluded.document, updated = excluded.updated WHERE excluded.version >= catalog.version",
        ("@kind", entry.Kind),
        ("@key", entry.Key),
        ("@version", entry.Version),
        ("@state", entry.State),
        ("@unfinished", entry.IsUnfinished ? 1 : 0),
        ("@document", entry.Document),
        ("@updated", entry.Updated.ToUnixTimeMilliseconds()));

    /// <summary>Reads every row; <see cref="Entry"/> tells what is in one.</summary>
    internal static DbCommand All(DbConnection connection) => Database.Command(connection, $"SELECT {Columns} FROM catalog ORDER BY kind, key");

    internal static CatalogEntry Entry(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetString(3),
        row.GetInt32(4) == 1,
        row.GetString(5),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)));

    public async Task UpsertAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Upsert(connection, entry);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, CatalogFilter filter, int limit, CancellationToken cancellationToken)
    {
        var which = $"WHERE kind = @kind AND key > @after AND {Listed}";
        List<(string Name, object Value)> parameters = [("@kind", kind), ("@after", filter.After ?? ""), ("@limit", limit), .. Hidden];
        if (filter.State is { } state)
        {
            which += " AND state = @state";
            parameters.Add(("@state", state));
        }

        if (filter.Search is { } search)
        {
            which += @" AND lower(key) LIKE @search ESCAPE '\'";
            parameters.Add(("@search", $"%{Wildcard().Replace(search, @"\$0").ToLowerInvariant()}%"));
        }

        return ReadAsync($"{which} ORDER BY key LIMIT @limit", parameters, cancellationToken);
    }

    public Task<IReadOnlyList<CatalogEntry>> UnfinishedAsync(CancellationToken cancellationToken) => ReadAsync("WHERE unfinished = 1 ORDER BY kind, key", [], cancellationToken);

    [GeneratedRegex(@"[\\%_]")]
    private static partial Regex Wildcard();

    private async Task<IReadOnlyList<CatalogEntry>> ReadAsync(string which, IReadOnlyList<(string Name, object Value)> parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(connection, $"SELECT {Columns} FROM catalog {which}", parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<CatalogEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(Entry(reader));
        }

        return entries;
    }
}
