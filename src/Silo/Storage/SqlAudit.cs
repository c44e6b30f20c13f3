using System.Data.Common;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Storage;

/// <summary>The record of who did what, in the database: one row when it is asked for and one when it has ended, neither of which is ever changed.</summary>
internal sealed class SqlAudit(Database database, TimeProvider clock) : IAuditStore
{
    private const string Columns = "asked, who, role, what, kind, name";

    private const string Records =
        "SELECT a.number, a.asked, a.who, a.role, a.what, a.kind, a.name, COALESCE(e.outcome, 0), e.reason FROM audit a LEFT JOIN audit_end e ON e.number = a.number ";

    // Who acted alone, for whomever, and for whom others did.
    private const string ByOrFor =
        "(a.who = @who OR SUBSTR(a.who, 1, LENGTH(@who) + LENGTH(@for)) = @who || @for OR SUBSTR(a.who, LENGTH(a.who) - LENGTH(@who) - LENGTH(@for) + 1) = @for || @who)";

    private const string End = "INSERT INTO audit_end (number, outcome, reason) VALUES (@number, @outcome, @reason)";

    /// <summary>Reads every record, oldest first; <see cref="Record"/> tells what is in a row.</summary>
    internal static DbCommand All(DbConnection connection) => Database.Command(connection, Records + "ORDER BY a.number");

    internal static AuditRecord Record(DbDataReader row) => new(
        row.GetInt64(0),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        row.GetString(2),
        Roles.Find(row.GetString(3)) ?? default,
        row.GetString(4),
        row.GetString(5),
        row.GetString(6),
        (AuditOutcome)row.GetInt32(7),
        row.IsDBNull(8) ? null : row.GetString(8));

    /// <summary>Writes records as they were once read, numbers included; those that come later are counted on from there.</summary>
    internal static async Task FillAsync(Database database, DbConnection connection, IEnumerable<AuditRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            await using var begin = Database.Command(
                connection,
                $"INSERT INTO audit (number, {Columns}) {database.OwnNumbers} VALUES (@number, @asked, @who, @role, @what, @kind, @name)",
                [("@number", record.Number), .. Asked(record.At, record.Who, record.Role, record.What, record.Kind, record.Name)]);
            await begin.ExecuteNonQueryAsync(cancellationToken);
            if (record.Outcome != AuditOutcome.Unknown)
            {
                await using var end = Database.Command(connection, End, Ended(record.Number, record.Outcome, record.Reason));
                await end.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        await database.CountOnAsync(connection, "audit", "number", cancellationToken);
    }

    public async Task<long> BeginAsync(Bearer who, string what, string kind, string name) => Convert.ToInt64(
        await ExecuteAsync(
            $"INSERT INTO audit ({Columns}) VALUES (@asked, @who, @role, @what, @kind, @name) RETURNING number",
            Asked(clock.GetUtcNow(), who.Name, who.Role, what, kind, name)),
        System.Globalization.CultureInfo.InvariantCulture);

    public Task EndAsync(long number, AuditOutcome outcome, string? reason) => ExecuteAsync(End, Ended(number, outcome, reason));

    public async Task<IReadOnlyList<AuditRecord>> ListAsync(AuditSearch search, long? before, int limit, CancellationToken cancellationToken)
    {
        List<(string Condition, string Name, object? Value)> conditions =
        [
            ("a.number < @before", "@before", before),
            (ByOrFor, "@who", search.Who),
            ("a.kind = @kind", "@kind", search.Kind),
            ("a.name = @name", "@name", search.Name),
            ("a.asked >= @since", "@since", search.Since?.ToUnixTimeMilliseconds()),
            ("a.asked < @until", "@until", search.Until?.ToUnixTimeMilliseconds()),
            ("COALESCE(e.outcome, 0) = @outcome", "@outcome", (int?)search.Outcome),
        ];
        conditions.RemoveAll(c => c.Value is null);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = Database.Command(
            connection,
            Records
            + (conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions.Select(c => c.Condition))} ") + "ORDER BY a.number DESC LIMIT @limit",
            [.. conditions.Select(c => (c.Name, c.Value!)), ("@for", AuditRecord.For), ("@limit", limit)]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<AuditRecord>();
        while (await reader.ReadAsync(cancellationToken))
        {
            records.Add(Record(reader));
        }

        return records;
    }

    private static IEnumerable<(string Name, object Value)> Asked(DateTimeOffset at, string who, Role role, string what, string kind, string name) =>
        [("@asked", at.ToUnixTimeMilliseconds()), ("@who", who), ("@role", role.Word()), ("@what", what), ("@kind", kind), ("@name", name)];

    private static IEnumerable<(string Name, object Value)> Ended(long number, AuditOutcome outcome, string? reason) =>
        [("@number", number), ("@outcome", (int)outcome), ("@reason", (object?)reason ?? DBNull.Value)];

    private async Task<object?> ExecuteAsync(string text, IEnumerable<(string Name, object Value)> parameters)
    {
        try
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            await using var command = Database.Command(connection, text, parameters);
            return await command.ExecuteScalarAsync(CancellationToken.None);
        }
        catch (Exception away) when (database.Explain(away) is { } told)
        {
            throw told;
        }
    }
}
