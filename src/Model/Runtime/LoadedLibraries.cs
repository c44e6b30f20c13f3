namespace Hermes.Model.Runtime;

/// <summary>Native libraries of this process.</summary>
internal static class LoadedLibraries
{
    /// <summary>The path of the first loaded library whose file name starts with <paramref name="prefix"/>; null where there is none or no /proc.</summary>
    public static string? Find(string prefix) => All(prefix).FirstOrDefault();

    /// <summary>The paths of the loaded libraries whose file names start with <paramref name="prefix"/>, each once; none where there is no /proc.</summary>
    public static IEnumerable<string> All(string prefix)
    {
        const string maps = "/proc/self/maps";
        return File.Exists(maps)
            ? File.ReadLines(maps)
                .Select(line => line.IndexOf('/') is >= 0 and int start ? line[start..] : "")
                .Where(path => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal))
                .Distinct()
            : [];
    }
}
