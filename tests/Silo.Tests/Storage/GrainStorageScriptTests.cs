using System.Text;
using Hermes.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Tests.Storage;

/// <summary>The statements that Orleans' storage provider runs, as the provider runs them.</summary>
public sealed class GrainStorageScriptTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();
    private readonly Database _database;

    public GrainStorageScriptTests()
    {
        _database = new Database(Path.Combine(_directory.Path, "hermes.db"));
        _database.Prepare();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Dispose();
    }

    [Fact]
    public void Every_write_gives_the_next_version()
    {
        Assert.Equal(1L, Write("one", null));
        Assert.Equal(2L, Write("two", 1));
        Assert.Equal(3L, Write("three", 2));
        Assert.Equal(("three", 3L), Read());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(9)]
    public void A_write_over_a_version_not_read_changes_nothing_and_says_so(int? read)
    {
        Write("one", null);
        Write("two", 1);

        Assert.Equal((object?)read ?? DBNull.Value, Write("stale", read) is long version ? (int)version : DBNull.Value);
        Assert.Equal(("two", 2L), Read());
    }

    [Fact]
    public void A_cleared_state_reads_as_nothing_and_goes_on_counting()
    {
        Write("one", null);

        Assert.Equal(2L, Run("ClearStorageKey", null, 1));

        Assert.Equal((null, 2L), Read());
        Assert.Equal(3L, Write("again", 2));
    }

    [Fact]
    public void The_database_keeps_a_journal_that_readers_do_not_wait_for_and_flushes_every_write()
    {
        Assert.Equal("wal", Scalar("PRAGMA journal_mode"));
        Assert.Equal(2L, Scalar("PRAGMA synchronous"));
    }

    private object? Write(string payload, int? version) => Run("WriteToStorageKey", payload, version);

    private (string? Payload, long Version) Read()
    {
        using var connection = Open();
        using var command = Command(connection, "ReadFromStorageKey", null, null);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return (reader.IsDBNull(0) ? null : Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)), reader.GetInt64(1));
    }

    private object? Run(string key, string? payload, int? version)
    {
        using var connection = Open();
        using var command = Command(connection, key, payload, version);
        return command.ExecuteScalar();
    }

    private object? Scalar(string text)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    private static SqliteCommand Command(SqliteConnection connection, string key, string? payload, int? version)
    {
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT QueryText FROM OrleansQuery WHERE QueryKey = $key";
        query.Parameters.AddWithValue("$key", key);
        var command = connection.CreateCommand();
        command.CommandText = (string)query.ExecuteScalar()!;
        foreach (var (name, value) in new (string, object?)[]
        {
            ("GrainIdHash", 11), ("GrainIdN0", 0L), ("GrainIdN1", 0L), ("GrainTypeHash", 12), ("GrainTypeString", "dataset"),
            ("GrainIdExtensionString", "local/amos"), ("ServiceId", "hermes"), ("GrainStateVersion", version),
            ("PayloadBinary", payload is null ? null : Encoding.UTF8.GetBytes(payload)),
        })
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_database.ConnectionString);
        connection.Open();
        return connection;
    }
}
