using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Hermes.Model.Runtime;

/// <summary>
/// The one libtorch of this process: the packaged one, or that of an existing PyTorch. It is loaded by its path before TorchSharp looks for one by name: what is
/// loaded already has that name, so there is never a second, whatever is on the loader's path.
/// </summary>
public static partial class TorchLibrary
{
    // In the order in which they need each other; a build without CUDA has fewer.
    private static readonly string[] Parts = ["libc10", "libtorch_cpu", "libc10_cuda", "libtorch_cuda", "libtorch"];

    private static TorchLibraryState? _loaded;

    /// <summary>Where the packaged one lies: in a folder of its own, which nothing searches by itself.</summary>
    public static string PackagedFolder => Path.Combine(AppContext.BaseDirectory, "libtorch");

    /// <summary>The version of the packaged one, against which TorchSharp's native part was built.</summary>
    public static string PackagedVersion { get; } =
        typeof(TorchLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "LibtorchVersion").Value!;

    /// <summary>Whether a version is taken as the packaged one is: its first two numbers are equal.</summary>
    /// <param name="version">Such as <c>2.10.0</c>.</param>
    public static bool IsExpected(string version) => Minor(version) == Minor(PackagedVersion);

    /// <summary>Loads a libtorch, once per process; the same again has no effect.</summary>
    /// <param name="folder">Its folder; null for what is loaded already, or else the packaged one.</param>
    /// <param name="unverified">Whether another version than the packaged one is taken.</param>
    /// <exception cref="InvalidOperationException">There is none, it cannot be loaded, it has another version, or another one is loaded.</exception>
    public static TorchLibraryState Load(string? folder = null, bool unverified = false)
    {
        if (_loaded is { } loaded)
        {
            return folder is null || Path.GetFullPath(folder) == loaded.Folder
                ? loaded
                : throw new InvalidOperationException($"The libtorch in {loaded.Folder} is loaded, so that in {folder} cannot be: a process has one.");
        }

        ThreadWaiting.Sleep();

        // CUDA's own order begins with the fastest card, the driver's follows the bus: cuda:1 is to be the same card for both.
        NativeEnvironment.SetUnlessSet("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        var path = Path.GetFullPath(folder ?? PackagedFolder);
        var found = Ask(path);
        if (!IsExpected(found.Version) && !unverified)
        {
            throw new InvalidOperationException(WhyNot(found));
        }

        Load(path, "libLibTorchSharp", () => NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so")));
        if (LoadedLibraries.All("libtorch_cpu").ToList() is { Count: > 1 } several)
        {
            throw new InvalidOperationException($"This process has loaded libtorch more than once: {string.Join(" and ", several)}. One was expected, from {path}.");
        }

        return _loaded = found;
    }

    /// <summary>Loads the library of a folder, without TorchSharp, and asks which version it is. In a process that does nothing else: it may be one that breaks.</summary>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="InvalidOperationException">There is none, or it cannot be loaded.</exception>
    public static TorchLibraryState Ask(string folder)
    {
        var path = Path.GetFullPath(folder);
        foreach (var part in Parts)
        {
            if (Find(path, part) is { } file)
            {
                Load(path, part, () => NativeLibrary.Load(file));
            }
        }

        return new TorchLibraryState(path, Version(NativeLibrary.Load(Find(path, "libtorch_cpu") ?? throw new InvalidOperationException(
            $"There is no libtorch in {path}: libtorch_cpu.so was expected there. Name the folder of PyTorch's native libraries, such as .../site-packages/torch/lib."))));
    }

    /// <summary>Why a library is not taken, with both versions and what to do.</summary>
    public static string WhyNot(TorchLibraryState found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return $"The libtorch in {found.Folder} is version {found.Version}, and {PackagedVersion} was expected. "
            + $"Name a PyTorch {Minor(PackagedVersion)}, or allow this one with --libtorch-unverified: it is then tried before it is used.";
    }

    private static string Minor(string version) => string.Join('.', version.Split('.').Take(2));

    // Debian's have the version behind the name.
    private static string? Find(string folder, string part) => Path.Combine(folder, part + ".so") is var plain && File.Exists(plain)
        ? plain
        : Directory.Exists(folder) ? Directory.EnumerateFiles(folder, part + ".so.*").Order(StringComparer.Ordinal).FirstOrDefault() : null;

    private static void Load(string folder, string part, Action load)
    {
        try
        {
            load();
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                $"{part} of the libtorch in {folder} could not be loaded on {RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier}); linux-x64 with glibc is expected: "
                + failure.Message.ReplaceLineEndings(" "),
                failure);
        }
    }

    /// <summary>What <c>at::show_config()</c> says: no other function tells the version, and a folder's name may be wrong.</summary>
    private static unsafe string Version(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "_ZN2at11show_configB5cxx11Ev", out var showConfig) && !NativeLibrary.TryGetExport(library, "_ZN2at11show_configEv", out showConfig))
        {
            throw new InvalidOperationException("This libtorch does not tell its version: it has no at::show_config().");
        }

        // The caller has room for the std::string that is returned. It begins with where its characters are, in either of its layouts; that it is never freed is 2 kB.
        var text = stackalloc nint[8];
        ((delegate* unmanaged<nint*, nint>)showConfig)(text);
        return TorchVersion().Match(Marshal.PtrToStringUTF8(*text) ?? "") is { Success: true } said
            ? said.Groups[1].Value
            : throw new InvalidOperationException("This libtorch does not tell its version: at::show_config() has no TORCH_VERSION.");
    }

    [GeneratedRegex("TORCH_VERSION=([0-9][0-9A-Za-z.+]*)")]
    private static partial Regex TorchVersion();
}
