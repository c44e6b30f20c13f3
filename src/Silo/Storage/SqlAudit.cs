using System.Data.Common;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Storage;

/// <summary>The record of who did what, in the database: one row when it is asked for and one when it has ended, neither of which is ever changed.</summary>
internal sealed class SqlAudit(Database database, TimeProvider clock) : IAuditStore
{
    public async Task<long> BeginAsync(Bearer who, string what, string kind, string name) => Convert.ToInt64(
        await ExecuteAsync(
            "INSERT INTO audit (asked, who, role, what, kind, name) VALUES (@asked, @who, @role, @what, @kind, @name) RETURNING number",
            ("@asked", clock.GetUtcNow().ToUnixTimeMilliseconds()),
            ("@who", who.Name),
            ("@role", who.Role.Word()),
            ("@what", what),
            ("@kind", kind),
            ("@name", name)),
        System.Globalization.CultureInfo.InvariantCulture);

    public Task EndAsync(long number, AuditOutcome outcome, string? reason) => ExecuteAsync(
        "INSERT INTO audit_end (number, outcome, reason) VALUES (@number, @outcome, @reason)",
        ("@number", number),
        ("@outcome", (int)outcome),
        ("@reason", (object?)reason ?? DBNull.Value));

    public async Task<IReadOnlyList<AuditRecord>> ListAsync(AuditSearch search, long? before, int limit, CancellationToken cancellationToken)
    {
        List<(string Condition, string Name, object? Value)> conditions =
        [
            ("a.number < @before", "@before", before),
            ("a.who = @who", "@who", search.Who),
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
            "SELECT a.number, a.asked, a.who, a.role, a.what, a.kind, a.name, COALESCE(e.outcome, 0), e.reason FROM audit a LEFT JOIN audit_end e ON e.number = a.number "
            + (conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions.Select(c => c.Condition))} ") + "ORDER BY a.number DESC LIMIT @limit",
            [.. conditions.Select(c => (c.Name, c.Value!)), ("@limit", limit)]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<AuditRecord>();
        while (await reader.ReadAsync(cancellationToken))
        {
            records.Add(Record(reader));
        }

        return records;
    }

    private static AuditRecord Record(DbDataReader row) => new(
        row.GetInt64(0),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        row.GetString(2),
        Roles.Find(row.GetString(3)) ?? default,
        row.GetString(4),
        row.GetString(5),
        row.GetString(6),
        (AuditOutcome)row.GetInt32(7),
        row.IsDBNull(8) ? null : row.GetString(8));

    private async Task<object?> ExecuteAsync(string text, params IEnumerable<(string Name, object Value)> parameters)
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
