using System.Data.Common;
using System.Globalization;
using System.Text;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Storage;

/// <summary>The statements that Orleans' storage provider runs, as the provider runs them; the same for every kind of database.</summary>
public abstract class GrainStorageContract : IAsyncLifetime
{
    private protected Database Database { get; private set; } = null!;

    public async Task InitializeAsync() => Database = await PrepareAsync();

    public abstract Task DisposeAsync();

    [SkippableFact]
    public void Every_write_gives_the_next_version()
    {
        Assert.Equal(1L, Write("one", null));
        Assert.Equal(2L, Write("two", 1));
        Assert.Equal(3L, Write("three", 2));
        Assert.Equal(("three", 3L), Read());
    }

    [SkippableTheory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(9)]
    public void A_write_over_a_version_not_read_changes_nothing_and_says_so(int? read)
    {
        Write("one", null);
        Write("two", 1);

        Assert.Equal(read, Write("stale", read));
        Assert.Equal(("two", 2L), Read());
    }

    [SkippableFact]
    public void A_cleared_state_reads_as_nothing_and_goes_on_counting()
    {
        Write("one", null);

        Assert.Equal(2L, Run("ClearStorageKey", null, 1));

        Assert.Equal((null, 2L), Read());
        Assert.Equal(3L, Write("again", 2));
    }

    private protected abstract Task<Database> PrepareAsync();

    private protected object? Scalar(string text)
    {
        using var connection = Open();
        using var command = Database.Command(connection, text);
        return command.ExecuteScalar();
    }

    private long? Write(string payload, int? version) => Run("WriteToStorageKey", payload, version);

    private (string? Payload, long Version) Read()
    {
        using var connection = Open();
        using var command = Command(connection, "ReadFromStorageKey", null, null);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return (reader.IsDBNull(0) ? null : Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)), reader.GetInt64(1));
    }

    private long? Run(string key, string? payload, int? version)
    {
        using var connection = Open();
        using var command = Command(connection, key, payload, version);
        return command.ExecuteScalar() is { } given and not DBNull ? Convert.ToInt64(given, CultureInfo.InvariantCulture) : null;
    }

    private static DbCommand Command(DbConnection connection, string key, string? payload, int? version)
    {
        using var query = Database.Command(connection, "SELECT QueryText FROM OrleansQuery WHERE QueryKey = @key", ("@key", key));
        return Database.Command(
            connection,
            (string)query.ExecuteScalar()!,
            ("GrainIdHash", 11),
            ("GrainIdN0", 0L),
            ("GrainIdN1", 0L),
            ("GrainTypeHash", 12),
            ("GrainTypeString", "dataset"),
            ("GrainIdExtensionString", "local/amos"),
            ("ServiceId", "hermes"),
            ("GrainStateVersion", (object?)version ?? DBNull.Value),
            ("PayloadBinary", payload is null ? DBNull.Value : Encoding.UTF8.GetBytes(payload)));
    }

    private DbConnection Open() => Database.OpenAsync(default).GetAwaiter().GetResult();
}
