namespace Hermes.Hosting;

/// <summary>What the command returns.</summary>
public static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The request was refused or failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>The database or the blob store does not answer, and it is worth asking again: what <c>sysexits.h</c> calls a temporary failure.</summary>
    public const int Away = 75;

    /// <summary>Ended by Ctrl-C, as shells expect it.</summary>
    public const int Interrupted = 130;
}
