namespace Hermes.Dashboard.Platform;

/// <summary>The way to the platform; it connects when first asked and again after a failure.</summary>
internal interface IPlatformReader : IAsyncDisposable
{
    /// <summary>Reads what the platform holds now.</summary>
    /// <exception cref="PlatformAbsentException">No platform answers.</exception>
    Task<PlatformContents> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>No platform answers at an address.</summary>
internal sealed class PlatformAbsentException(string address, Exception innerException)
    : Exception($"No platform at {address}.", innerException);
