using System.Data.Common;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Silo.Storage;

/// <summary>
/// All that is stored of a platform in its database: the states of its actors, the catalog without what only the silos of a cluster say there, who was given a token, and
/// who did what.
/// </summary>
internal sealed class StoredRows(Database database)
{
    private const string States =
        "SELECT type, id_text, id_n0, id_n1, service, type_hash, id_hash, payload FROM grain_state WHERE payload IS NOT NULL ORDER BY type, id_text, id_n0, id_n1";

    private const string Counts =
        "SELECT type, count(*) FROM grain_state GROUP BY type UNION ALL SELECT kind, count(*) FROM catalog GROUP BY kind " +
        "UNION ALL SELECT 'access', count(*) FROM access_token HAVING count(*) > 0 UNION ALL SELECT 'audit', count(*) FROM audit HAVING count(*) > 0 ORDER BY 1";

    /// <summary>Reads everything as it was at one moment, whatever is written meanwhile.</summary>
    /// <exception cref="HermesException">A state cannot be read.</exception>
    public async Task ReadAsync(
        Action<StateRow> onState, Action<CatalogEntry> onEntry, Action<AccessEntry> onToken, Action<AuditRecord> onRecord, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var moment = await database.BeginReadingAsync(connection, cancellationToken);
        await EachAsync(Database.Command(connection, States), row => onState(State(row)), cancellationToken);
        await EachAsync(
            SqlCatalog.All(connection),
            row =>
            {
                if (SqlCatalog.Entry(row) is { Kind: not CatalogKinds.Silo } entry)
                {
                    onEntry(entry);
                }
            },
            cancellationToken);
        await EachAsync(SqlAccess.All(connection), row => onToken(Known(SqlAccess.Entry(row), token => (token.Name, token.Role))), cancellationToken);
        await EachAsync(SqlAudit.All(connection), row => onRecord(Known(SqlAudit.Record(row), record => (record.Who, record.Role))), cancellationToken);
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
    public async Task FillAsync(
        IEnumerable<StateRow> states, IEnumerable<CatalogEntry> entries, IEnumerable<AccessEntry> tokens, IEnumerable<AuditRecord> records, CancellationToken cancellationToken)
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

        foreach (var token in tokens)
        {
            await using var command = SqlAccess.Insert(connection, token);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await SqlAudit.FillAsync(database, connection, records, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // Written again, a role that is not known would be another.
    private static T Known<T>(T row, Func<T, (string Who, Role Role)> of) => of(row) is (var who, var role) && role != default ? row : throw new HermesException(
        $"A newer version of the platform gave {who} a role that this one does not know; nothing was copied.", hint: "Back up with that version.");

    private static async Task EachAsync(DbCommand command, Action<DbDataReader> onRow, CancellationToken cancellationToken)
    {
        await using var disposed = command;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            onRow(rows);
        }
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
