namespace Hermes.Grains.Seams;

/// <summary>A worker process ended before its order did.</summary>
/// <param name="exitCode">Its exit code; 128 + n after signal n.</param>
/// <param name="lastLines">The last lines it wrote to standard error.</param>
public sealed class WorkerLostException(int exitCode, IReadOnlyList<string> lastLines) : Exception(Sentence(exitCode))
{
    /// <summary>Its exit code; 128 + n after signal n.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The last lines it wrote to standard error.</summary>
    public IReadOnlyList<string> LastLines { get; } = lastLines;

    /// <summary>The loss with what the worker said last.</summary>
    public string Story => LastLines.Count == 0 ? Message : $"{Message}; its last messages: {string.Join(" | ", LastLines)}";

    private static string Sentence(int exitCode) => Signal(exitCode) is { } signal ? $"worker exited {exitCode} ({signal})" : $"worker exited {exitCode}";

    private static string? Signal(int exitCode) => (exitCode - 128) switch
    {
        4 => "SIGILL, a processor instruction this machine lacks",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL, often because memory ran out",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        _ => null,
    };
}
