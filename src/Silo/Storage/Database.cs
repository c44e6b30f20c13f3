using System.Reflection;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Storage;

/// <summary>The embedded database: one SQLite file for the actors' states and the catalog.</summary>
internal sealed class Database(string path)
{
    public string ConnectionString { get; } = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 30 }.ToString();

    /// <summary>Creates what is missing, from the scripts that lie in deploy/sql/sqlite.</summary>
    public void Prepare()
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

    public async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
