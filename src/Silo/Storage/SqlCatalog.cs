using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Storage;

/// <summary>The catalog in the database; its statements mean the same to SQLite and PostgreSQL, but for how each looks into a document.</summary>
internal sealed partial class SqlCatalog(Database database) : ICatalogStore
{
    private const string Columns = "kind, key, version, state, unfinished, document, updated";

    private static readonly string[] Modality = ["declaration", "modality"];

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
        var (which, parameters) = Condition(kind, filter);
        var order = filter.Order switch
        {
            CatalogOrder.KeyDescending => "key DESC",
            CatalogOrder.Newest => "updated DESC, key",
            _ => "key",
        };
        return ReadAsync($"{which} ORDER BY {order} LIMIT @limit OFFSET @skip", [.. parameters, ("@limit", limit), ("@skip", Math.Max(filter.Skip, 0))], cancellationToken);
    }

    public async Task<int> CountAsync(string kind, CatalogFilter filter, CancellationToken cancellationToken)
    {
        var (which, parameters) = Condition(kind, filter);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(connection, $"SELECT count(*) FROM catalog {which}", parameters);
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    public async Task<CatalogFacets> FacetsAsync(CancellationToken cancellationToken)
    {
        var (which, parameters) = Condition(CatalogKinds.Dataset, new CatalogFilter());
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(
            connection, $"SELECT DISTINCT {database.TextAt("document", "declaration", "site")}, {database.TextAt("document", Modality)} FROM catalog {which}", parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (sites, modalities) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.IsDBNull(0) && !reader.IsDBNull(1))
            {
                sites.Add(reader.GetString(0));
                modalities.Add(reader.GetString(1));
            }
        }

        return new CatalogFacets([.. sites], [.. modalities]);
    }

    public Task<IReadOnlyList<CatalogEntry>> UnfinishedAsync(CancellationToken cancellationToken) => ReadAsync("WHERE unfinished = 1 ORDER BY kind, key", [], cancellationToken);

    private (string Which, List<(string Name, object Value)> Parameters) Condition(string kind, CatalogFilter filter)
    {
        var which = $"WHERE kind = @kind AND {Listed}{(filter.IsUnfinished ? " AND unfinished = 1" : "")}";
        List<(string Name, object Value)> parameters = [("@kind", kind), .. Hidden];
        Only(filter.After, "key > @after", "@after");
        Only(filter.State, "state = @state", "@state");
        Only(filter.Search is { } search ? Within(search.ToLowerInvariant()) : null, @"lower(key) LIKE @search ESCAPE '\'", "@search");

        // All keys of a site lie together: what begins with it and a slash comes before the sign that follows the slash.
        Only(filter.Site is { } from ? $"{from}/" : null, "key > @from", "@from");
        Only(filter.Site is { } to ? $"{to}{(char)('/' + 1)}" : null, "key < @to", "@to");

        // Most documents need not be taken apart: those that do not hold the member as it is written.
        Only(filter.Modality is { } written ? Written("modality", written) : null, @"document LIKE @writtenModality ESCAPE '\'", "@writtenModality");
        Only(filter.Modality, $"{database.TextAt("document", Modality)} = @modality", "@modality");
        Only(filter.Task is { } declared ? Written("task", declared) : null, @"document LIKE @writtenTask ESCAPE '\'", "@writtenTask");
        Only(filter.Task, database.HasEntry("document", ["declaration", "labels"], "task", "@task"), "@task");
        Only(filter.Dataset is { } learned ? Written("dataset", learned) : null, @"document LIKE @writtenDataset ESCAPE '\'", "@writtenDataset");
        Only(filter.Dataset, database.HasEntry("document", ["datasets"], "dataset", "@dataset"), "@dataset");
        Only(filter.IsRefused ? Within("\"problemCount\":0") : null, @"document NOT LIKE @unrefused ESCAPE '\'", "@unrefused");
        which += filter.IsRefused ? $" AND CAST({database.TextAt("document", "problemCount")} AS INTEGER) > 0" : "";
        Only(filter.Volume is { } digest && Identity.IsWellFormed(digest) ? Written("sha256", digest) : null, @"document LIKE @volume ESCAPE '\'", "@volume");
        Only(
            filter.Volume is { } file && !Identity.IsWellFormed(file) ? Within(file.ToLowerInvariant()) : null,
            $@"lower({database.TextAt("document", "request", "imageFile")}) LIKE @volume ESCAPE '\'",
            "@volume");
        Only(filter.Event is { } said ? Written("event", said) : null, @"document LIKE @writtenEvent ESCAPE '\'", "@writtenEvent");
        Only(filter.Event, $"{OfEvent("event")} = @event", "@event");
        Only(filter.Subject is { } subject ? Within(subject.ToLowerInvariant()) : null, $@"lower({OfEvent("subject")}) LIKE @subject ESCAPE '\'", "@subject");
        Only(filter.Actor is { } actor ? Within(actor.ToLowerInvariant()) : null, $@"lower({OfEvent("actor")}) LIKE @actor ESCAPE '\'", "@actor");
        return (which, parameters);

        string OfEvent(string member) => database.TextAt("document", "event", member);

        void Only(string? value, string condition, string name)
        {
            if (value is not null)
            {
                which += $" AND {condition}";
                parameters.Add((name, value));
            }
        }
    }

    private static string Within(string text) => $"%{Wildcard().Replace(text, @"\$0")}%";

    private static string Written(string member, string value) => Within($"\"{member}\":{JsonSerializer.Serialize(value, WorkOrderJson.Options)}");

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
