using System.Data.Common;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Storage;

/// <summary>The embedded database: one SQLite file.</summary>
internal sealed class SqliteDatabase(string path) : Database
{
    // SQLITE_FULL
    private const int Full = 13;

    // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY, SQLITE_IOERR and SQLITE_CANTOPEN: of the file and its disk, whatever was asked.
    private static readonly int[] Passing = [5, 6, 8, 10, 14];

    public override string Invariant => "System.Data.SQLite";

    public override string ConnectionString { get; } = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 30 }.ToString();

    public override string Description => path;

    /// <summary>Creates what is missing, from the scripts that lie in deploy/sql/sqlite.</summary>
    public override void Prepare()
    {
        try
        {
            using var connection = Connect();
            connection.Open();
            foreach (var script in SqlScript.Of("sqlite"))
            {
                using var command = Command(connection, script.Text);
                command.ExecuteNonQuery();
            }
        }
        catch (SqliteException failure)
        {
            throw Explain(failure)!;
        }
    }

    public override ValueTask<DbTransaction> BeginReadingAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: true));

    public override ValueTask<DbTransaction> BeginAloneAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    public override string OwnNumbers => "";

    // AUTOINCREMENT does by itself.
    public override Task CountOnAsync(DbConnection connection, string table, string column, CancellationToken cancellationToken) => Task.CompletedTask;

    public override string TextAt(string column, params IEnumerable<string> path) => $"json_extract({column}, '{JsonPath(path)}')";

    public override string HasEntry(string column, IEnumerable<string> path, string member, string parameter) =>
        $"EXISTS (SELECT 1 FROM json_each({column}, '{JsonPath(path)}') WHERE json_extract(value, '$.{member}') = {parameter})";

    public override HermesException? Explain(Exception failure)
    {
        if (failure is not SqliteException sqlite)
        {
            return null;
        }

        // On a full disk, SQLite cannot even make the files beside the database and calls that an I/O error.
        var free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace >> 20;
        return sqlite.SqliteErrorCode == Full || free == 0
            ? DiskFull.Refusal($"the database {path} cannot grow, {free} MiB are free.")
            : new HermesException($"The database {path} cannot be used: {failure.Message.TrimEnd('.')}.", hint: "Check the disk it lies on, then repeat the command.")
            {
                IsPassing = Passing.Contains(sqlite.SqliteErrorCode),
            };
    }

    private static string JsonPath(IEnumerable<string> names) => $"$.{string.Join('.', names)}";

    protected override DbConnection Connect() => new SqliteConnection(ConnectionString);
}
