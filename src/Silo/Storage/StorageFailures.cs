using Hermes.Grains.Interfaces;
using Orleans.Serialization;

namespace Hermes.Silo.Storage;

/// <summary>Tells callers of actors in a sentence that the database or what is stored in it cannot be used; they do not know its library and its exceptions.</summary>
internal sealed class StorageFailures(Database database) : IIncomingGrainCallFilter
{
    /// <summary>
    /// What storage throws while an actor awakes reaches callers past every filter, and what cannot be written down would break the connection. Clients, which do
    /// not know the type, are told its name and message, and ask again.
    /// </summary>
    public static void Send(ExceptionSerializationOptions options) => options.SupportedNamespacePrefixes.Add(nameof(Npgsql));

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            // Orleans wraps what the storage of a grain throws.
            await context.Invoke();
        }
        catch (Exception error) when (error is not HermesException && database.Told(error) is { } told)
        {
            throw told;
        }
    }
}
