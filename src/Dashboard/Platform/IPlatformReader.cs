namespace Hermes.Dashboard.Platform;

/// <summary>Reads for all pages together what the platform is doing.</summary>
internal interface IPlatformReader
{
    /// <summary>Reads what is under way now, and what is newest.</summary>
    /// <exception cref="PlatformAbsentException">No platform answers.</exception>
    Task<PlatformContents> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>No platform answers at an address.</summary>
internal sealed class PlatformAbsentException(string address, Exception innerException)
    : Exception($"No platform at {address}.", innerException);
