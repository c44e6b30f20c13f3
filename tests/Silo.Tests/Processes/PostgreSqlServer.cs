using Hermes.Grains.Interfaces.Platform;
using Npgsql;

namespace Hermes.Silo.Tests.Processes;

/// <summary>
/// A real PostgreSQL server: the one at HERMES_TEST_POSTGRESQL, else one of the test's own, from a Docker engine or from the <c>initdb</c> and
/// <c>postgres</c> of the machine, whichever is there.
/// </summary>
internal abstract class PostgreSqlServer(string connectionString) : OutsideServer<NpgsqlException>
{
    /// <summary>How its superuser reaches it. Every test has databases of its own, so a connection that is at rest is soon closed: the server has some hundred.</summary>
    public string ConnectionString { get; } = new NpgsqlConnectionStringBuilder(connectionString) { ConnectionIdleLifetime = 5, ConnectionPruningInterval = 1 }.ConnectionString;

    /// <summary>A server that takes connections; without one the test is skipped, or fails where HERMES_TEST_REQUIRE names <c>postgresql</c>.</summary>
    public static Task<PostgreSqlServer> StartAsync() => ChooseAsync<PostgreSqlServer>(
        "postgresql",
        given => new Foreign(given),
        () => ContainedPostgreSql.TryStartAsync(Secret()),
        () => NativePostgreSql.Find(),
        "initdb");

    /// <summary>One of the machine's programs that takes connections over TLS.</summary>
    public static Task<PostgreSqlServer> StartAsync(TlsFiles tls)
    {
        var own = NativePostgreSql.Find(tls);
        Requirement.Met("postgresql", own is not null, "There is no program 'initdb'.");
        return StartedAsync<PostgreSqlServer>(own!);
    }

    /// <summary>A new, empty database of it, of a name that nobody else has: the server may be somebody else's.</summary>
    /// <returns>Its name, and how the superuser reaches it.</returns>
    public async Task<(string Name, string ConnectionString)> CreateDatabaseAsync()
    {
        var name = $"hermes_test_{Guid.NewGuid():n}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return (name, new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString);
    }

    /// <summary>A role that may log in and nothing else.</summary>
    /// <returns>Its name, and how it reaches the database.</returns>
    public async Task<(string Name, string ConnectionString)> CreateRoleAsync(string database)
    {
        var (name, password) = ($"{database}_silo", Secret());
        await ExecuteAsync($"CREATE ROLE {name} LOGIN PASSWORD '{password}'");
        return (name, new NpgsqlConnectionStringBuilder(ConnectionString) { Username = name, Password = password, Database = database }.ConnectionString);
    }

    protected override async Task ConnectAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>One that somebody else runs.</summary>
    private sealed class Foreign(string connectionString) : PostgreSqlServer(connectionString)
    {
        public override Task StopAsync()
        {
            Skip.If(true, "The server is not the test's to stop.");
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override Task BeginAsync() => Task.CompletedTask;
    }
}
