using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.Storage;

/// <summary>One real PostgreSQL server for many tests, each with a database of its own; begun by the first, so that a test is skipped where there is none.</summary>
public sealed class SharedPostgreSql : IAsyncLifetime
{
    private readonly Lazy<Task<PostgreSqlServer>> _server = new(PostgreSqlServer.StartAsync);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    internal Task<PostgreSqlServer> ServerAsync() => _server.Value;

    /// <summary>An empty database, and its name.</summary>
    internal async Task<(PostgresDatabase Database, string Name)> EmptyAsync()
    {
        var (name, owner) = await (await ServerAsync()).CreateDatabaseAsync();
        return (new PostgresDatabase(owner), name);
    }

    /// <summary>A database that was prepared, as a silo reaches it: by a role that may read and write and nothing more.</summary>
    internal async Task<PostgresDatabase> PreparedAsync()
    {
        var (owner, role, address) = await WithRoleAsync();
        await PostgresSchema.InstallAsync(owner, role, default);
        var database = new PostgresDatabase(address);
        database.Prepare();
        return database;
    }

    /// <summary>An empty database, a role that may log in there, and how that reaches it.</summary>
    internal async Task<(PostgresDatabase Owner, string Role, string Address)> WithRoleAsync()
    {
        var (owner, name) = await EmptyAsync();
        var (role, address) = await (await ServerAsync()).CreateRoleAsync(name);
        return (owner, role, address);
    }
}
