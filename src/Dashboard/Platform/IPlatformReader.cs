using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Platform;

/// <summary>Reads for all pages together what the platform is doing.</summary>
internal interface IPlatformReader
{
    /// <summary>Reads what is under way now, and what is newest.</summary>
    /// <param name="isAnew">Whether what is newest may have changed, and is read, too, however fresh it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PlatformAbsentException">No platform answers.</exception>
    Task<PlatformContents> ReadAsync(bool isAnew, CancellationToken cancellationToken);

    /// <summary>That something changed, as the platform tells it: see <see cref="Client.HermesClient.WatchAsync"/>.</summary>
    /// <exception cref="PlatformAbsentException">No platform answers.</exception>
    IAsyncEnumerable<PlatformChanges> WatchAsync(CancellationToken cancellationToken);
}

/// <summary>No platform answers at an address.</summary>
internal sealed class PlatformAbsentException(string address, Exception innerException)
    : Exception($"No platform at {address}.", innerException);
