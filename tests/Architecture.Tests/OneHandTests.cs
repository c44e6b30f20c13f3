using System.Text.RegularExpressions;

namespace Hermes.Architecture.Tests;

/// <summary>What the analysers cannot hold of the one hand that the code is written in.</summary>
public sealed partial class OneHandTests
{
    [Fact]
    public void A_cancellation_token_that_is_handed_in_is_called_that()
    {
        var others =
            from room in new[] { "src", "tests" }
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, room), "*.cs", SearchOption.AllDirectories)
            from line in File.ReadLines(file)
            where OtherName().IsMatch(line)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {line.Trim()}";

        Assert.Empty(others);
    }

    // BackgroundService has a word of its own for its parameter.
    [GeneratedRegex(@"\bCancellationToken\?? (?!cancellationToken\b|stoppingToken\b)[a-z]\w*[,)]")]
    private static partial Regex OtherName();
}
