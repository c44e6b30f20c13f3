using System.Text.RegularExpressions;

namespace Hermes.Cli.Tests.Deployment;

/// <summary><c>deploy/containers/Dockerfile</c>, instruction by instruction.</summary>
internal static partial class Dockerfile
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "containers", "Dockerfile"));

    /// <summary>What a build can be told.</summary>
    public static IReadOnlyList<string> Arguments { get; } = [.. All("ARG").Select(a => a.Split('=')[0])];

    /// <summary>The variables of the image that runs, not of the one that builds.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = All("ENV")[^1].Split(' ').Select(e => e.Split('=')).ToDictionary(e => e[0], e => e[1]);

    /// <summary>What follows an instruction, wherever it stands.</summary>
    public static IReadOnlyList<string> All(string instruction) =>
        [.. Instruction().Matches(Text).Where(m => m.Groups[1].Value == instruction).Select(m => Continued().Replace(m.Groups[2].Value, " ").Trim())];

    [GeneratedRegex(@"^([A-Z]+) ((?:.*\\\n)*.*)$", RegexOptions.Multiline)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continued();
}
