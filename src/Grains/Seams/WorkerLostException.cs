namespace Hermes.Grains.Seams;

/// <summary>A worker process ended before its order did.</summary>
public sealed class WorkerLostException : Exception
{
    /// <summary>What a shell says of a program that it cannot start.</summary>
    private const int NoProgram = 127;

    /// <summary>A worker ended.</summary>
    /// <param name="exitCode">Its exit code; 128 + n after signal n.</param>
    /// <param name="lastLines">The last lines it wrote to standard error.</param>
    public WorkerLostException(int exitCode, IReadOnlyList<string> lastLines)
        : this(exitCode, lastLines, null, true)
    {
    }

    /// <summary>A worker that could not be started, with the cause.</summary>
    public static WorkerLostException NotStarted(string cause) => new(NoProgram, [], $"worker could not be started: {cause}", true);

    private WorkerLostException(int exitCode, IReadOnlyList<string> lastLines, string? reason, bool wasExecuting)
        : base(reason ?? Sentence(exitCode))
    {
        ExitCode = exitCode;
        LastLines = lastLines;
        Reason = reason;
        WasExecuting = wasExecuting;
    }

    /// <summary>Its exit code; 128 + n after signal n.</summary>
    public int ExitCode { get; }

    /// <summary>The last lines it wrote to standard error.</summary>
    public IReadOnlyList<string> LastLines { get; }

    /// <summary>Why the silo ended it; null when it ended by itself.</summary>
    public string? Reason { get; }

    /// <summary>Whether it was at this order, or at none yet; otherwise the order only shared its worker and is not to blame.</summary>
    public bool WasExecuting { get; }

    /// <summary>The loss with what the worker said last.</summary>
    public string Story => LastLines.Count == 0 ? Message : $"{Message}; its last messages: {string.Join(" | ", LastLines)}";

    /// <summary>The same loss of a worker that the silo ended.</summary>
    public WorkerLostException For(string? reason) => new(ExitCode, LastLines, reason, WasExecuting);

    /// <summary>The same loss as one of its orders sees it.</summary>
    public WorkerLostException Over(bool wasExecuting) => new(ExitCode, LastLines, Reason, wasExecuting);

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
