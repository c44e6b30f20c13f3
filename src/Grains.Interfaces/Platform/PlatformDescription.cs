namespace Hermes.Grains.Interfaces.Platform;

/// <summary>What a silo says of its platform at <c>GET /platform</c>, as JSON: all a client needs to connect.</summary>
/// <param name="Version">Version of the platform's programs.</param>
/// <param name="Site">The site whose blobs the silo serves.</param>
/// <param name="Gateway">Host and port of the Orleans gateway.</param>
/// <param name="ClusterId">Orleans cluster.</param>
/// <param name="ServiceId">Orleans service.</param>
/// <param name="DataDirectory">Where an embedded platform keeps everything.</param>
/// <param name="ProcessId">The silo's process.</param>
public sealed record PlatformDescription(
    string Version,
    string Site,
    string Gateway,
    string ClusterId,
    string ServiceId,
    string DataDirectory,
    int ProcessId)
{
    /// <summary>Where a platform is looked for when nobody says otherwise.</summary>
    public const string DefaultAddress = "127.0.0.1:5081";

    /// <summary>Where everything is kept, as the options of the programs describe it.</summary>
    public const string DataDirectoryHelp = "Where the platform keeps everything; ~/.local/share/hermes, or hermes below $XDG_DATA_HOME, when not given.";

    /// <summary>What patience with workers is, as the options of the programs describe it.</summary>
    public const string PatienceHelp = "Stretches the limits after which a worker that does not get on is ended and its work begun again; more than 1 for very slow machines.";

    /// <summary>Where everything is kept: in the folder that was named, else in <c>hermes</c> below the user's local data directory. Never below the working directory by chance.</summary>
    /// <param name="named">What the user named, if anything.</param>
    /// <exception cref="HermesException">Nothing was named, and the user has no home.</exception>
    public static string ChooseDataDirectory(string? named)
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
