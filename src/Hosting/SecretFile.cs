using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Hosting;

/// <summary>A secret that a program is told in a file or in its environment: what is on a command line every user of the machine can read.</summary>
public static class SecretFile
{
    /// <summary>What the file holds, or the variable when no file is named; null for neither.</summary>
    /// <param name="file">The file, if one was named.</param>
    /// <param name="variable">The environment variable.</param>
    /// <param name="what">What was expected, such as "the address of a broker".</param>
    /// <exception cref="HermesException">The file cannot be read, everybody may read it, or it holds nothing. What it holds is not told.</exception>
    public static string? Choose(string? file, string variable, string what)
    {
        if (file is null)
        {
            return Environment.GetEnvironmentVariable(variable) is { } set && !string.IsNullOrWhiteSpace(set) ? set.Trim() : null;
        }

        try
        {
            return PrivateText.Read(file, what) is var text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : throw new HermesException($"{file} is empty; {what} was expected.", file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new HermesException($"{file} cannot be read: {unreadable.Message}", file);
        }
    }
}
