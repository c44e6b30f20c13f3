using System.Data.Common;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Npgsql;

namespace Hermes.Silo.Storage;

/// <summary>The tables of a cluster and the statements of Orleans' providers, made from the scripts in deploy/sql/postgresql.</summary>
internal static class PostgresSchema
{
    /// <summary>The schema of the database that holds all of it, so that the database may hold other things too.</summary>
    public const string Name = "hermes";

    // Any number will do, as long as every build takes the same.
    private const long Lock = 0x4845524D4553;

    /// <summary>
    /// Makes what is missing and brings on what is older, in one transaction; who comes at the same time waits. Gives the role that silos use the rights to
    /// read and write, and none to change tables or statements; so it does for those that had rights before, which have none yet on what was made now.
    /// </summary>
    /// <param name="database">Reached as a role that may create a schema.</param>
    /// <param name="role">The role that silos use; null when it is the owner itself, or has its rights already.</param>
    /// <param name="cancellationToken">Gives up; nothing is changed then.</param>
    /// <exception cref="HermesException">The database cannot be used, or was made by a newer build.</exception>
    public static async Task<SchemaReport> InstallAsync(PostgresDatabase database, string? role, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Lock}); CREATE SCHEMA IF NOT EXISTS {Name};", cancellationToken);
            var changes = new List<SchemaChange>();
            foreach (var script in SqlScript.Of("postgresql"))
            {
                changes.Add(await InstallAsync(connection, script, database.Description, cancellationToken));
            }

            var roles = await RolesAsync(connection, cancellationToken);
            roles.UnionWith(role is null ? [] : [role]);
            foreach (var silos in roles)
            {
                await GrantAsync(connection, silos, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return new SchemaReport(database.Description, [.. roles], changes);
        }
        catch (NpgsqlException failure)
        {
            throw database.Explain(failure)!;
        }
    }

    /// <summary>Refuses a database in which a script of this build was not run, or only in an older version.</summary>
    /// <exception cref="HermesException">It is such a database.</exception>
    public static void Require(DbConnection connection, string description)
    {
        foreach (var script in SqlScript.Of("postgresql"))
        {
            if (VersionOf(connection, script) is var version && (version ?? 0) < script.Version)
            {
                throw new HermesException(
                    $"The database {description} is not prepared for this build: {script.Name} is {(version is null ? "missing" : $"of version {version}")}, version {script.Version} was expected.",
                    hint: "Run 'hermes cluster init', as the owner of the database.");
            }
        }
    }

    private static async Task<SchemaChange> InstallAsync(DbConnection connection, SqlScript script, string description, CancellationToken cancellationToken)
    {
        var before = VersionOf(connection, script);
        if (before > script.Version)
        {
            throw new HermesException(
                $"The database {description} was prepared by a newer build: {script.Name} is of version {before}, this build knows version {script.Version}.",
                hint: "Use the newer build.");
        }

        if (before != script.Version)
        {
            await RunAsync(connection, script.Text, cancellationToken);
            await RunAsync(
                connection,
                "INSERT INTO schema_version (script, version, applied) VALUES (@script, @version, now()) " +
                "ON CONFLICT (script) DO UPDATE SET version = excluded.version, applied = excluded.applied",
                cancellationToken,
                ("@script", script.Name),
                ("@version", script.Version));
        }

        return new SchemaChange(script.Name, before, script.Version);
    }

    private static int? VersionOf(DbConnection connection, SqlScript script)
    {
        using var known = Database.Command(connection, "SELECT to_regclass(@table) IS NOT NULL", ("@table", $"{Name}.schema_version"));
        if (known.ExecuteScalar() is not true)
        {
            return null;
        }

        using var version = Database.Command(connection, "SELECT version FROM schema_version WHERE script = @script", ("@script", script.Name));
        return (int?)version.ExecuteScalar();
    }

    // Who may write states is a silo.
    private static async Task<SortedSet<string>> RolesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Database.Command(
            connection,
            "SELECT pg_get_userbyid(grantee) FROM pg_class, aclexplode(relacl) WHERE oid = to_regclass(@table) AND privilege_type = 'INSERT' AND grantee NOT IN (relowner, 0)",
            ("@table", $"{Name}.grain_state"));
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync(cancellationToken))
        {
            roles.Add(rows.GetString(0));
        }

        return roles;
    }

    private static async Task GrantAsync(DbConnection connection, string role, CancellationToken cancellationToken)
    {
        using var quoting = new NpgsqlCommandBuilder();
        var quoted = quoting.QuoteIdentifier(role);
        await RunAsync(
            connection,
            $"GRANT USAGE ON SCHEMA {Name} TO {quoted}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {Name} TO {quoted}; " +
            $"REVOKE INSERT, UPDATE, DELETE ON OrleansQuery, schema_version, platform FROM {quoted}; REVOKE UPDATE, DELETE ON audit, audit_end FROM {quoted}; " +
            // A restore brings the numbers of its records.
            $"GRANT UPDATE ON SEQUENCE audit_number_seq TO {quoted};",
            cancellationToken);
    }

    private static async Task RunAsync(DbConnection connection, string text, CancellationToken cancellationToken, params IEnumerable<(string Name, object Value)> parameters)
    {
        await using var command = Database.Command(connection, text, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
