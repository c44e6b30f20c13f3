using System.Data.Common;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Silo.Storage;

/// <summary>All that is stored of a platform in its database: the states of its actors, and the catalog without what only the silos of a cluster say there.</summary>
internal sealed class StoredRows(Database database)
{
    private const string States =
        "SELECT type, id_text, id_n0, id_n1, service, type_hash, id_hash, payload FROM grain_state WHERE payload IS NOT NULL ORDER BY type, id_text, id_n0, id_n1";

    private const string Counts = "SELECT type, count(*) FROM grain_state GROUP BY type UNION ALL SELECT kind, count(*) FROM catalog GROUP BY kind ORDER BY 1";

    /// <summary>Reads everything as it was at one moment, whatever is written meanwhile.</summary>
    /// <exception cref="HermesException">A state cannot be read.</exception>
    public async Task ReadAsync(Action<StateRow> onState, Action<CatalogEntry> onEntry, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var moment = await database.BeginReadingAsync(connection, cancellationToken);
        await using (var states = await Database.Command(connection, States).ExecuteReaderAsync(cancellationToken))
        {
            while (await states.ReadAsync(cancellationToken))
            {
                onState(State(states));
            }
        }

        await using var entries = await SqlCatalog.All(connection).ExecuteReaderAsync(cancellationToken);
        while (await entries.ReadAsync(cancellationToken))
        {
            if (SqlCatalog.Entry(entries) is { Kind: not CatalogKinds.Silo } entry)
            {
                onEntry(entry);
            }
        }
    }

    /// <summary>Refuses a database that holds anything.</summary>
    /// <exception cref="HermesException">It does.</exception>
    public async Task RequireNoneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await RequireNoneAsync(connection, cancellationToken);
    }

    /// <summary>Fills a database that holds nothing, with all of it or, when it fails, with nothing.</summary>
    /// <exception cref="HermesException">It holds something.</exception>
    public async Task FillAsync(IEnumerable<StateRow> states, IEnumerable<CatalogEntry> entries, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await database.BeginAloneAsync(connection, cancellationToken);
        await RequireNoneAsync(connection, cancellationToken);
        await using var query = Database.Command(connection, "SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'WriteToStorageKey'");
        var write = (string)(await query.ExecuteScalarAsync(cancellationToken))!;
        foreach (var row in states)
        {
            await using var command = Database.Command(
                connection,
                write,
                ("GrainIdHash", row.KeyHash),
                ("GrainIdN0", row.N0),
                ("GrainIdN1", row.N1),
                ("GrainTypeHash", row.TypeHash),
                ("GrainTypeString", row.Type),
                ("GrainIdExtensionString", row.Key),
                ("ServiceId", row.Service),
                ("GrainStateVersion", DBNull.Value),
                ("PayloadBinary", JsonSerializer.SerializeToUtf8Bytes(row.State)));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var entry in entries)
        {
            await using var command = SqlCatalog.Upsert(connection, entry);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private async Task RequireNoneAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await using var command = Database.Command(connection, Counts);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add($"{reader.GetString(0)} ({reader.GetInt64(1)})");
        }

        if (found.Count > 0)
        {
            throw new HermesException(
                $"The database {database.Description} is not empty: it holds rows of {string.Join(", ", found.Distinct())}.",
                hint: "Name a database, or a data directory, in which no silo has worked yet.");
        }
    }

    private static StateRow State(DbDataReader row)
    {
        var read = new StateRow(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4), row.GetInt32(5), row.GetInt32(6), default);
        try
        {
            using var state = JsonDocument.Parse(row.GetFieldValue<byte[]>(7));
            return read with { State = state.RootElement.Clone() };
        }
        catch (JsonException damaged)
        {
            throw new HermesException($"The state of {read.Owner} cannot be read: {damaged.Message}");
        }
    }
}
