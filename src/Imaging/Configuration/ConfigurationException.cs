namespace Hermes.Imaging.Configuration;

/// <summary>A configuration file says something that cannot be done; the message names file, line and key.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ConfigurationException(string file, long line, string message)
        : base($"{file}, line {line}: {message}")
    {
        File = file;
        Line = line;
    }

    /// <summary>The file as it was named.</summary>
    public string File { get; }

    /// <summary>The line, from 1.</summary>
    public long Line { get; }
}
