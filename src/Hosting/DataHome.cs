using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>Where a platform keeps everything.</summary>
public static class DataHome
{
    /// <summary>As the options of the programs describe it.</summary>
    public const string Help = "Where the platform keeps everything; ~/.local/share/hermes, or hermes below $XDG_DATA_HOME, when not given.";

    /// <summary>The folder that was named, else <c>hermes</c> below the user's local data directory. Never below the working directory by chance.</summary>
    /// <param name="named">What the user named, if anything.</param>
    /// <exception cref="HermesException">Nothing was named, and the user has no home.</exception>
    public static string Choose(string? named)
    {
        if (named is not null)
        {
            return named.Length > 0 ? Path.GetFullPath(named) : throw NoHome("the name that was given is empty");
        }

        if (Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data)
        {
            return Path.IsPathRooted(data) ? Path.Combine(data, "hermes") : throw NoHome($"XDG_DATA_HOME is '{data}', which is no full path");
        }

        var home = Environment.GetEnvironmentVariable("HOME");
        if (string.IsNullOrEmpty(home))
        {
            throw NoHome("HOME is not set");
        }

        return Path.IsPathRooted(home) && Directory.Exists(home)
            ? Path.Combine(home, ".local", "share", "hermes")
            : throw NoHome($"the home folder '{home}' does not exist");
    }

    private static HermesException NoHome(string why) =>
        new($"It is not known where to keep the data: {why}.", hint: "Name a folder with --data-dir DIR.");
}
