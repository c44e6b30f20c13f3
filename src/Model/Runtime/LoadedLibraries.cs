namespace Hermes.Model.Runtime;

/// <summary>Native libraries of this process.</summary>
internal static class LoadedLibraries
{
    /// <summary>The path of the first loaded library whose file name starts with <paramref name="prefix"/>; null where there is none or no /proc.</summary>
    public static string? Find(string prefix)
    {
        const string maps = "/proc/self/maps";
        return File.Exists(maps)
            ? File.ReadLines(maps)
                .Select(line => line.IndexOf('/') is >= 0 and int start ? line[start..] : "")
                .FirstOrDefault(path => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal))
            : null;
    }
}
