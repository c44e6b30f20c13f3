using System.Runtime.InteropServices;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>
/// What allocates the memory of workers. The C library keeps much of what a training let go in pieces that its next maps do not fit into; tcmalloc does not, is as fast, and
/// changes no bit of what is learned. It has to be there before the first allocation, so the loader puts it before the worker.
/// </summary>
public static class WorkerAllocator
{
    /// <summary>Stands for tcmalloc where it is installed, and for the C library elsewhere.</summary>
    public const string Auto = "auto";

    /// <summary>Stands for the C library.</summary>
    public const string OfSystem = "system";

    /// <summary>The variable that tells a silo.</summary>
    public const string Variable = "HERMES_ALLOCATOR";

    /// <summary>What a setting can be, as the options of the programs describe it.</summary>
    public const string Help =
        "What allocates the memory of workers: auto for tcmalloc where it is installed, with which trainings take less, system for the C library, or another library's full path.";

    /// <summary>How a setting is written.</summary>
    public const string Form = "auto, system or a full path without spaces and colons, with 'malloc' in the file's name";

    /// <summary>Debian's package with tcmalloc; where its name ends in t64, this one leads there.</summary>
    public const string Package = "libtcmalloc-minimal4";

    private const string Library = "libtcmalloc_minimal.so.4";

    // The dynamic loader's own; it takes spaces and colons for what stands between two libraries.
    private const string Preload = "LD_PRELOAD";

    /// <summary>Whether a text names one.</summary>
    public static bool IsOne(string text) => text is Auto or OfSystem || (Path.IsPathRooted(text) && !text.AsSpan().ContainsAny(' ', ':') && IsAllocator(text));

    /// <summary>What the environment says; <see cref="Auto"/> if it says nothing.</summary>
    /// <exception cref="HermesException">It names none.</exception>
    public static string OfEnvironment() => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => Auto,
        { } text when IsOne(text) => text,
        { } text => throw new HermesException($"{Variable} is '{text}'; {Form} is expected."),
    };

    /// <summary>The library that a setting stands for; null for the C library.</summary>
    /// <param name="setting"><see cref="Auto"/>, <see cref="OfSystem"/> or a library's full path.</param>
    public static string? Find(string setting) => Find(setting, Folders(RuntimeInformation.ProcessArchitecture));

    /// <inheritdoc cref="Find(string)"/>
    /// <param name="setting"><see cref="Auto"/>, <see cref="OfSystem"/> or a library's full path.</param>
    /// <param name="folders">Where tcmalloc is looked for.</param>
    internal static string? Find(string setting, IEnumerable<string> folders) => setting switch
    {
        OfSystem => null,
        Auto => folders.Select(folder => Path.Combine(folder, Library)).FirstOrDefault(File.Exists),
        _ => setting,
    };

    /// <summary>Refuses a library that is not there: the loader would go on without it.</summary>
    /// <exception cref="HermesException">There is none at the path.</exception>
    public static void Require(string setting)
    {
        if (setting is not (Auto or OfSystem) && !File.Exists(setting))
        {
            throw new HermesException($"There is no allocator at {setting}.", hint: $"Name a library that is there with --allocator or {Variable}, or {Auto} or {OfSystem}.");
        }
    }

    /// <summary>Puts the library that a setting stands for before a program. What its user put there stays, and is all there is where it has an allocator already.</summary>
    /// <param name="setting"><see cref="Auto"/>, <see cref="OfSystem"/> or a library's full path.</param>
    /// <param name="environment">The environment that the program will have.</param>
    public static void Put(string setting, IDictionary<string, string?> environment) => PutLibrary(Find(setting), environment);

    /// <inheritdoc cref="Put"/>
    internal static void PutLibrary(string? library, IDictionary<string, string?> environment)
    {
        var before = environment.TryGetValue(Preload, out var set) && set is not null ? set.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries) : [];

        if (library is not null && !before.Any(IsAllocator))
        {
            environment[Preload] = string.Join(':', [.. before, library]);
        }
    }

    // tcmalloc, jemalloc, mimalloc and those that look for faults are all called so.
    private static bool IsAllocator(string path) => Path.GetFileName(path).Contains("malloc", StringComparison.Ordinal);

    /// <summary>
    /// Where the loader looks for libraries of an architecture. One of another would be passed over with a complaint at every start of a worker, so Debian's folders are those of
    /// this architecture alone, and the folders for 64 bits go before those that may hold libraries for 32.
    /// </summary>
    internal static IEnumerable<string> Folders(Architecture architecture)
    {
        string[] debian = architecture switch
        {
            Architecture.X64 => ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu"],
            Architecture.Arm64 => ["/usr/lib/aarch64-linux-gnu", "/lib/aarch64-linux-gnu"],
            _ => [],
        };
        return [.. debian, "/usr/lib64", "/lib64", "/usr/lib", "/lib", "/usr/local/lib"];
    }
}
