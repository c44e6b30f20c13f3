namespace Hermes.Cli.Output;

/// <summary>The command line is wrong in a way the parser cannot see.</summary>
internal sealed class UsageException(string message, string? hint = null) : Exception(message)
{
    public string? Hint { get; } = hint;
}
