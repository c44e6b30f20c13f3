using Microsoft.Data.Sqlite;

namespace Hermes.Silo.Storage;

/// <summary>Tells callers of actors in a sentence that the database cannot be written; they do not know its library and its exceptions.</summary>
internal sealed class StorageFailures(Database database) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception error) when (Storage(error) is { } failure)
        {
            throw database.Explain(failure);
        }
    }

    // Orleans wraps what the storage of a grain throws.
    private static SqliteException? Storage(Exception? error) => error as SqliteException ?? (error is null ? null : Storage(error.InnerException));
}
