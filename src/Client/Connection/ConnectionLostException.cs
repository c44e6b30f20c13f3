namespace Hermes.Client.Connection;

/// <summary>The gateway went away while an answer was awaited; the outcome of the call is unknown.</summary>
internal sealed class ConnectionLostException() : Exception("The connection to the platform was lost.");
