using System.Text.RegularExpressions;

namespace Hermes.Client.Datasets;

/// <summary>File patterns as shells have them: <c>*</c>, <c>?</c> within a name, <c>**</c> for any folders below.</summary>
internal static class FilePattern
{
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    public static IEnumerable<string> Match(string pattern)
    {
        if (!IsPattern(pattern))
        {
            return [];
        }

        var parts = pattern.Replace('\\', '/').Split('/');
        var first = Array.FindIndex(parts, IsPattern);
        var root = string.Join('/', parts[..first]);
        root = root.Length > 0 ? root : pattern.StartsWith('/') ? "/" : ".";
        if (!Directory.Exists(root))
        {
            return [];
        }

        var rest = parts[first..];
        var regex = new Regex("^" + string.Concat(rest.Select((part, i) => Translate(part, i == rest.Length - 1))) + "$", RegexOptions.NonBacktracking);
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = rest.Length > 1,
            MaxRecursionDepth = rest.Contains("**") ? int.MaxValue : rest.Length - 1,
            IgnoreInaccessible = true,
        };
        return Directory.EnumerateFiles(root, "*", options)
            .Where(file => regex.IsMatch(Path.GetRelativePath(root, file).Replace('\\', '/')));
    }

    private static string Translate(string part, bool isLast) => part switch
    {
        "**" when !isLast => "(?:[^/]+/)*",
        _ => Regex.Escape(part).Replace("\\*", "[^/]*", StringComparison.Ordinal).Replace("\\?", "[^/]", StringComparison.Ordinal) + (isLast ? "" : "/"),
    };
}
