using System.Reflection;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Storage;

/// <summary>The embedded database: one SQLite file for the actors' states and the catalog.</summary>
internal sealed class Database(string path)
{
    // SQLITE_FULL
    private const int Full = 13;

    public string ConnectionString { get; } = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 30 }.ToString();

    /// <summary>Creates what is missing, from the scripts that lie in deploy/sql/sqlite.</summary>
    /// <exception cref="HermesException">The database cannot be used.</exception>
    public void Prepare()
    {
        try
        {
            RunScripts();
        }
        catch (SqliteException failure)
        {
            throw Explain(failure);
        }
    }

    /// <summary>Tells what is wrong with the database to people who do not know its library.</summary>
    public HermesException Explain(SqliteException failure)
    {
        // On a full disk, SQLite cannot even make the files beside the database and calls that an I/O error.
        var free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace >> 20;
        return failure.SqliteErrorCode == Full || free == 0
            ? DiskFull.Refusal($"the database {path} cannot grow, {free} MiB are free.")
            : new HermesException($"The database {path} cannot be used: {failure.Message.TrimEnd('.')}.", hint: "Check the disk it lies on, then repeat the command.");
    }

    public async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private void RunScripts()
    {
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var script in assembly.GetManifestResourceNames().Where(n => n.StartsWith("sql/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(script)!);
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is our own embedded script.
            command.CommandText = reader.ReadToEnd();
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }
}
