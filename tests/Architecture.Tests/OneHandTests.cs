using System.Globalization;
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

    [Fact]
    public void A_line_is_as_long_as_the_editor_is_told_at_most_not_counting_its_sentences()
    {
        var settings = File.ReadAllText(Path.Combine(Repository.Root, ".editorconfig"));
        var longest = int.Parse(Regex.Match(settings, @"max_line_length = (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        var longer =
            from room in new[] { "src", "tests" }
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, room), "*.cs", SearchOption.AllDirectories)
            from line in File.ReadLines(file).Index()
            where line.Item.Length > longest && Sentence().Replace(line.Item, "").Length > longest
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}";

        Assert.Empty(longer);
    }

    [GeneratedRegex(@"""[^""]*""")]
    private static partial Regex Sentence();

    // BackgroundService has a word of its own for its parameter.
    [GeneratedRegex(@"\bCancellationToken\?? (?!cancellationToken\b|stoppingToken\b)[a-z]\w*[,)]")]
    private static partial Regex OtherName();
}
