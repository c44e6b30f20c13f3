namespace Hermes.Dashboard.Platform;

/// <summary>No platform answers at an address.</summary>
internal sealed class PlatformAbsentException(string address, Exception innerException)
    : Exception($"No platform at {address}.", innerException);
