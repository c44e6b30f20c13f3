using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Storage;

/// <summary>Tells callers of actors in a sentence that the database cannot be written; they do not know its library and its exceptions.</summary>
internal sealed class StorageFailures(SiloSettings settings) : IIncomingGrainCallFilter
{
    // SQLITE_FULL
    private const int Full = 13;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception error) when (InnermostOf(error) is SqliteException)
        {
            var failure = (SqliteException)InnermostOf(error);
            throw failure.SqliteErrorCode == Full
                ? DiskFull.Refusal($"the database {settings.Database} cannot grow, {FreeMebibytes()} MiB are free.")
                : new HermesException(
                    $"The database {settings.Database} cannot be used: {failure.Message.TrimEnd('.')}.", hint: "Check the disk it lies on, then repeat the command.");
        }
    }

    // Orleans wraps what the storage of a grain throws.
    private static Exception InnermostOf(Exception error) => error.InnerException is { } inner ? InnermostOf(inner) : error;

    private long FreeMebibytes() => new DriveInfo(settings.DataDirectory).AvailableFreeSpace >> 20;
}
