using System.Runtime.InteropServices;

namespace Hermes.Worker.Protocol;

/// <summary>
/// Signals that a terminal or a service manager sends to every process at once. They are meant for the silo, which ends this
/// worker in good order; dying of them would lose what was learned since the last checkpoint.
/// </summary>
internal static class TerminalSignals
{
    /// <summary>Passes them over until disposed.</summary>
    public static IDisposable Ignore() => new Ignored(
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, received => received.Cancel = true)),
    ]);

    private sealed class Ignored(IReadOnlyList<PosixSignalRegistration> registrations) : IDisposable
    {
        public void Dispose() => registrations.ToList().ForEach(r => r.Dispose());
    }
}
