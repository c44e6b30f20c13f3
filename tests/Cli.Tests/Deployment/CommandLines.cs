using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Hermes.Cli.Tests.Deployment;

/// <summary>Command lines of <c>hermes</c> in the files of <c>deploy</c> and in documents.</summary>
internal static partial class CommandLines
{
    /// <summary>Requires that the command understands its words.</summary>
    public static void RequireUnderstood(IEnumerable<string> words)
    {
        var parsed = CommandLine.Create().Parse([.. words]);
        Assert.True(parsed.Errors.Count == 0, $"hermes {string.Join(' ', words)}: {string.Join(' ', parsed.Errors.Select(e => e.Message))}");
    }

    /// <summary>Those in a script, in its comments too; a variable of the shell stands for a word.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> In(string script) =>
        [.. Line().Matches(script).Select(m => CommandLineParser.SplitCommandLine(Variable().Replace(m.Groups[1].Value, "word")).ToList())];

    /// <summary>Those in a document that stand on a line of their own.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> InDocument(string text) =>
        [.. Block().Matches(text).Select(m => CommandLineParser.SplitCommandLine(m.Groups[1].Value).ToList())];

    // Up to a comment.
    [GeneratedRegex(@"^(?:    )?\./hermes ([a-z].*?)(?:  .*| #.*|)$", RegexOptions.Multiline)]
    private static partial Regex Block();

    // As a shell reads it: at the beginning of a command, up to its end.
    [GeneratedRegex(@"(?:^|\|\| |&& |; |-- |silo-one )\s*hermes ([a-z][^|&;\n]*)", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"\${1,2}\w+")]
    private static partial Regex Variable();
}
