using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Storage;

/// <summary><c>check</c>: looks at a data directory without changing it, whether a silo works on it or not.</summary>
internal static class StoreCheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Reads the database through, looks at the folder of the blobs and prints what it found, as JSON. Changes nothing.")
        {
            ToldSettings.File, SettingKeys.DataDirectory.Option,
        };
        command.SetAction(parsed =>
        {
            var directory = DataHome.Choose(ToldSettings.Read(parsed).Find(SettingKeys.DataDirectory));
            var (problem, entries) = Database(Path.Combine(directory, SiloSettings.DatabaseName));
            Console.WriteLine(JsonSerializer.Serialize(new StoreReport(problem, entries, Blobs(Path.Combine(directory, "blobs"))), JsonSerializerOptions.Web));
            return 0;
        });
        return command;
    }

    private static (string? Problem, long? Entries) Database(string path)
    {
        if (!File.Exists(path))
        {
            return (null, null);
        }

        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            var verdict = (string)Ask(connection, "PRAGMA quick_check(1)");
            return verdict == "ok" ? (null, (long)Ask(connection, "SELECT count(*) FROM catalog")) : (verdict, null);
        }
        catch (SqliteException failure)
        {
            return (failure.Message, null);
        }
    }

    private static string? Blobs(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
                entries.MoveNext();
            }

            return File.Exists(folder) ? "it is a file" : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    private static object Ask(SqliteConnection connection, string question)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The two questions are above.
        command.CommandText = question;
#pragma warning restore CA2100
        return command.ExecuteScalar()!;
    }
}
