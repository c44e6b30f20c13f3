using Hermes.Grains.Interfaces;

namespace Hermes.Silo.Storage;

/// <summary>Tells callers of actors in a sentence that the database or what is stored in it cannot be used; they do not know its library and its exceptions.</summary>
internal sealed class StorageFailures(Database database) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception error) when (error is not HermesException && Told(error) is { } told)
        {
            throw told;
        }
    }

    // Orleans wraps what the storage of a grain throws.
    private HermesException? Told(Exception? error) => error is null ? null : error as HermesException ?? database.Explain(error) ?? Told(error.InnerException);
}
