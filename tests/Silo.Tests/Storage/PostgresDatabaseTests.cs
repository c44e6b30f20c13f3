using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Storage;
using Npgsql;

namespace Hermes.Silo.Tests.Storage;

/// <summary>The database of a cluster.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class PostgresDatabaseTests(SharedPostgreSql shared)
{
    private const string Recording = "INSERT INTO audit (asked, who, role, what, kind, name) VALUES (0, 'ada', 'viewer', 'hold', 'queue', 'a')";

    private static readonly string[] Scripts = ["versions", "grain-storage", "catalog", "clustering", "reminders", "platform", "access"];

    [SkippableFact]
    public async Task An_empty_database_is_prepared_and_what_was_done_is_told_and_not_done_again()
    {
        var (database, _) = await shared.EmptyAsync();

        var first = (await PostgresSchema.InstallAsync(database, null, default)).Scripts;
        var second = (await PostgresSchema.InstallAsync(database, null, default)).Scripts;

        Assert.Equal(Scripts.Select(s => new SchemaChange(s, null, s is "platform" or "access" ? 2 : 1)), first);
        Assert.Equal(first.Select(c => c with { Before = c.Version }), second);
        database.Prepare();
    }

    [SkippableFact]
    public async Task Several_that_prepare_a_database_at_once_do_it_once()
    {
        var (database, _) = await shared.EmptyAsync();

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostgresSchema.InstallAsync(database, null, default)));
        var changes = reports.Select(r => r.Scripts).ToList();

        Assert.Single(changes, c => c.All(change => change.Before is null));
        Assert.Equal(3, changes.Count(c => c.All(change => change.Before == change.Version)));
    }

    [SkippableFact]
    public async Task A_database_has_one_cluster_and_what_silos_of_the_version_before_called_it_stays()
    {
        var (database, _) = await shared.EmptyAsync();
        await PostgresSchema.InstallAsync(database, null, default);
        Assert.Equal("hermes", await PlatformRow.ClusterAsync(database));

        await RunAsync(database, "ALTER TABLE platform DROP COLUMN cluster; UPDATE schema_version SET version = 1 WHERE script = 'platform'");
        await RunAsync(database, "INSERT INTO cluster_version VALUES ('test', 1), ('west', 1)");
        await RunAsync(database, "INSERT INTO cluster_member SELECT deployment, '10.0.0.1', 11111, 1, 'one', 'here', 3, 30000, NULL, now(), alive FROM (VALUES ('test', now() - INTERVAL '1 day'), ('west', now())) AS m (deployment, alive)");
        var id = await PlatformRow.IdAsync(database);
        Assert.Contains("platform is of version 1, version 2 was expected", Assert.Throws<HermesException>(database.Prepare).Message, StringComparison.Ordinal);
        await PostgresSchema.InstallAsync(database, null, default);

        Assert.Equal(("west", id), (await PlatformRow.ClusterAsync(database), await PlatformRow.IdAsync(database)));
    }

    [SkippableFact]
    public async Task What_a_new_version_makes_is_for_the_silos_that_had_rights_before_too()
    {
        var (owner, role, address) = await shared.WithRoleAsync();
        await PostgresSchema.InstallAsync(owner, role, default);
        await RunAsync(owner, "DROP TABLE catalog; UPDATE schema_version SET version = 0 WHERE script = 'catalog'");

        var report = await PostgresSchema.InstallAsync(owner, null, default);

        Assert.Equal([role], report.Roles);
        var silo = new PostgresDatabase(address);
        await RunAsync(silo, "DELETE FROM catalog");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(silo, "DELETE FROM platform"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [SkippableFact]
    public async Task A_silo_may_neither_make_tables_nor_change_statements()
    {
        var database = await shared.PreparedAsync();

        foreach (var statement in new[]
        {
            "CREATE TABLE hermes.more (a INTEGER)", "DROP TABLE catalog", "UPDATE OrleansQuery SET QueryText = ''", "DELETE FROM schema_version", "DELETE FROM platform", "UPDATE platform SET cluster = 'other'", "UPDATE audit SET who = ''", "DELETE FROM audit_end",
            "CREATE SCHEMA other",
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(database, statement));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        await RunAsync(database, "DELETE FROM catalog");
    }

    [SkippableFact]
    public async Task A_database_that_nobody_prepared_or_an_older_or_newer_build_did_is_refused()
    {
        var (database, _) = await shared.EmptyAsync();
        var missing = Assert.Throws<HermesException>(database.Prepare);
        Assert.Contains("is not prepared for this build: versions is missing", missing.Message, StringComparison.Ordinal);
        Assert.Contains("hermes cluster init", missing.Hint, StringComparison.Ordinal);

        await PostgresSchema.InstallAsync(database, null, default);
        await RunAsync(database, "UPDATE schema_version SET version = 0 WHERE script = 'catalog'");
        Assert.Contains("catalog is of version 0, version 1 was expected", Assert.Throws<HermesException>(database.Prepare).Message, StringComparison.Ordinal);
        Assert.Equal(new SchemaChange("catalog", 0, 1), (await PostgresSchema.InstallAsync(database, null, default)).Scripts[2]);

        await RunAsync(database, "UPDATE schema_version SET version = 2 WHERE script = 'catalog'");
        database.Prepare();
        var newer = await Assert.ThrowsAsync<HermesException>(() => PostgresSchema.InstallAsync(database, null, default));
        Assert.Contains("was prepared by a newer build: catalog is of version 2, this build knows version 1", newer.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_is_wrong_with_the_way_to_it_is_told_without_the_password()
    {
        var server = new NpgsqlConnectionStringBuilder((await shared.ServerAsync()).ConnectionString);
        var secret = server.Password!;

        AssertTold("Look at user and password", false, new(server.ConnectionString) { Password = "wrong-secret" });
        AssertTold("Create the database", false, new(server.ConnectionString) { Database = "nowhere" });
        AssertTold("Look whether the server runs", true, new(server.ConnectionString) { Port = 1 });
        AssertTold("Look whether the server runs", true, new(server.ConnectionString) { Host = "db.invalid", SslMode = SslMode.VerifyFull });
        Assert.Contains("is no connection string", Assert.Throws<HermesException>(() => new PostgresDatabase("amqp://guest:secret@host")).Message, StringComparison.Ordinal);
        Assert.Contains("names no host", Assert.Throws<HermesException>(() => new PostgresDatabase("Username=a;Password=secret")).Message, StringComparison.Ordinal);

        void AssertTold(string hint, bool isAway, NpgsqlConnectionStringBuilder address)
        {
            var told = Assert.Throws<HermesException>(new PostgresDatabase(address.ConnectionString).Prepare);
            Assert.Contains($"{address.Username}@{address.Host}:{address.Port}/{address.Database}", told.Message, StringComparison.Ordinal);
            Assert.Contains(hint, told.Hint, StringComparison.Ordinal);
            Assert.Equal((true, isAway), (told.IsPassing, Silence.Is(told)));
            Assert.DoesNotContain(secret, told.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-secret", told.ToString(), StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task What_is_wrong_with_a_question_does_not_pass()
    {
        var database = await shared.PreparedAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(database, "SELECT 1 / 0"));

        Assert.False(database.Explain(refused)!.IsPassing);
    }

    [Theory]
    [InlineData("Host=db.example", false)]
    [InlineData("Host=127.0.0.1,10.0.0.5", false)]
    [InlineData("Host=db.example;SSL Mode=Require", false)]
    [InlineData("Host=db.example;SSL Mode=VerifyCA", false)]
    [InlineData("Host=db.example;SSL Mode=VerifyFull", true)]
    [InlineData("Host=/run/postgresql", true)]
    [InlineData("Host=localhost,::1,127.0.0.2", true)]
    public void One_on_another_machine_is_reached_over_TLS_under_its_own_name_only(string address, bool isTaken)
    {
        var refused = Record.Exception(() => new PostgresDatabase($"{address};Username=u;Password=s3cr3t"));

        Assert.Equal(isTaken, refused is null);
        Assert.True(isTaken || refused is HermesException { Hint: { } hint } && hint.Contains("SSL Mode=VerifyFull", StringComparison.Ordinal));
        Assert.DoesNotContain("s3cr3t", refused?.ToString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_authority_of_the_silos_is_taken_where_the_connection_string_names_none_and_verifies()
    {
        Assert.Contains("Root Certificate=ca.pem", new PostgresDatabase("Host=db;SSL Mode=VerifyFull", "ca.pem").ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Root Certificate=own.pem", new PostgresDatabase("Host=db;SSL Mode=VerifyFull;Root Certificate=own.pem", "ca.pem").ConnectionString, StringComparison.Ordinal);
        Assert.DoesNotContain("ca.pem", new PostgresDatabase("Host=localhost", "ca.pem").ConnectionString, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Who_writes_alone_keeps_others_from_adding_to_the_audit()
    {
        var database = await shared.PreparedAsync();
        await using var connection = await database.OpenAsync(default);
        await using (await database.BeginAloneAsync(connection, default))
        {
            var kept = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(database, $"SET lock_timeout = 200; {Recording}"));
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, kept.SqlState);
        }

        await RunAsync(database, Recording);
    }

    [Fact]
    public void Every_script_has_a_version()
    {
        Assert.Equal(Scripts, SqlScript.Of("postgresql").Select(s => s.Name));
        Assert.All(SqlScript.Of("postgresql"), script => Assert.True(script.Version > 0, script.Name));
    }

    internal static async Task RunAsync(PostgresDatabase database, string statement)
    {
        await using var connection = await database.OpenAsync(default);
        await using var command = Database.Command(connection, statement);
        await command.ExecuteNonQueryAsync();
    }
}
