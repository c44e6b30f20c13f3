using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces;

namespace Hermes.Client.Datasets;

/// <summary>
/// What a folder holds or a pattern matches: volumes, and how much litter was passed over. Patterns are as shells have them: <c>*</c>,
/// <c>?</c> within a name, <c>**</c> for any folders below.
/// </summary>
/// <param name="Volumes">Files ending in .nii or .nii.gz, full paths in the order of their names.</param>
/// <param name="PassedOver">Hidden files and what Macs and Windows leave behind.</param>
internal sealed record FileSearch(IReadOnlyList<string> Volumes, IReadOnlyList<string> PassedOver)
{
    private static readonly string[] Endings = [".nii.gz", ".nii"];

    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>The ending of a volume's name, or null.</summary>
    public static string? EndingOf(string name) => Array.Find(Endings, ending => name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Looks into a folder, or for what a pattern matches; nothing for a text that is neither.</summary>
    /// <exception cref="HermesException">A folder may not be looked into: what it holds would be left out without a word.</exception>
    public static FileSearch In(string place)
    {
        if (Directory.Exists(place))
        {
            return Sorted(Entries(place, recurse: false, followLinks: false), _ => true);
        }

        if (!IsPattern(place))
        {
            return new FileSearch([], []);
        }

        var parts = place.Replace('\\', '/').Split('/');
        var first = Array.FindIndex(parts, IsPattern);
        var root = string.Join('/', parts[..first]);
        root = root.Length > 0 ? root : place.StartsWith('/') ? "/" : ".";
        if (!Directory.Exists(root))
        {
            return new FileSearch([], []);
        }

        var rest = parts[first..];
        var anyDepth = rest.Contains("**");
        var regex = new Regex("^" + string.Concat(rest.Select((part, i) => Translate(ComposedName.Of(part), i == rest.Length - 1))) + "$", RegexOptions.NonBacktracking);
        // A link to a folder above would be walked round and round.
        return Sorted(Entries(root, rest.Length > 1, followLinks: !anyDepth, anyDepth ? int.MaxValue : rest.Length - 1), name => regex.IsMatch(ComposedName.Of(name)));
    }

    /// <summary>Refuses files that cannot be opened, all of them at once.</summary>
    /// <exception cref="HermesException">A link leads nowhere or in a circle, or a file may not be read.</exception>
    public static void RequireReadable(IEnumerable<string> files)
    {
        var problems = files.Select(file => (File: file, Fault: FaultOf(file))).Where(f => f.Fault is not null).ToList();
        Refuse(problems!, "files cannot be read");
    }

    private static void Refuse(IReadOnlyList<(string Path, string Fault)> problems, string what)
    {
        if (problems.Count > 0)
        {
            throw new HermesException(
                problems.Count == 1
                    ? $"{problems[0].Path} {problems[0].Fault}."
                    : $"{problems.Count} {what}:{string.Concat(problems.Select(p => $"\n  {p.Path} {p.Fault}."))}",
                problems[0].Path,
                "Mend them or move them away.");
        }
    }

    private static FileSearch Sorted(IEnumerable<(string Path, string Name)> entries, Func<string, bool> isWanted)
    {
        var all = entries.Where(e => isWanted(e.Name)).OrderBy(e => e.Path, StringComparer.Ordinal).ToLookup(e => IsLitter(e.Name));
        return new FileSearch(
            [.. all[false].Where(e => EndingOf(e.Path) is not null).Select(e => Path.GetFullPath(e.Path))],
            [.. all[true].Select(e => Path.GetFullPath(e.Path))]);
    }

    private static List<(string Path, string Name)> Entries(string root, bool recurse, bool followLinks, int depth = 0)
    {
        var closed = new List<(string, string)>();
        bool IsOpen(string folder)
        {
            if (FaultOfFolder(folder) is not { } fault)
            {
                return true;
            }

            closed.Add((folder, fault));
            return false;
        }

        var options = new EnumerationOptions { RecurseSubdirectories = recurse, MaxRecursionDepth = depth, IgnoreInaccessible = true, AttributesToSkip = 0 };
        var entries = new FileSystemEnumerable<(string, string)>(
            root,
            (ref entry) =>
            {
                var path = entry.ToSpecifiedFullPath();
                return (path, Path.GetRelativePath(root, path).Replace('\\', '/'));
            },
            options)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref entry) => (followLinks || (entry.Attributes & FileAttributes.ReparsePoint) == 0)
                && (IsLitter(entry.FileName.ToString()) || IsOpen(entry.ToSpecifiedFullPath())),
        };
        List<(string, string)> found = IsOpen(root) ? [.. entries] : [];
        Refuse(closed, "folders cannot be looked into");
        return found;
    }

    private static string? FaultOfFolder(string folder)
    {
        try
        {
            using var opened = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return "may not be looked into by this user";
        }
        catch (IOException e)
        {
            return $"cannot be looked into: {e.Message.TrimEnd('.')}";
        }
    }

    private static bool IsLitter(string name) => name.Split('/') is var parts
        && (Array.Exists(parts, part => part.StartsWith('.') || part == "__MACOSX") || parts[^1] is "Thumbs.db" or "desktop.ini");

    private static string? FaultOf(string file)
    {
        try
        {
            using var handle = File.OpenHandle(file);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var target = new FileInfo(file).LinkTarget;
            return e switch
            {
                FileNotFoundException or DirectoryNotFoundException when target is not null => $"is a link to {target}, which does not exist",
                UnauthorizedAccessException => "may not be read by this user",
                _ when target is not null && IsCircle(file) => $"is a link to {target} that leads in a circle",
                _ => $"cannot be opened: {e.Message.TrimEnd('.')}",
            };
        }
    }

    private static bool IsCircle(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: true) is null;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string Translate(string part, bool isLast) => part switch
    {
        "**" when !isLast => "(?:[^/]+/)*",
        _ => Regex.Escape(part).Replace("\\*", "[^/]*", StringComparison.Ordinal).Replace("\\?", "[^/]", StringComparison.Ordinal) + (isLast ? "" : "/"),
    };
}
