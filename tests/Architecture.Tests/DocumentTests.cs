using System.Text.RegularExpressions;

namespace Hermes.Architecture.Tests;

/// <summary>What documents and comments point at is there.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Comments_cite_headings_of_the_method_that_exist()
    {
        var headings = Heading().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "method.md"))).Select(m => m.Groups[1].Value).ToList();
        var cited = Sources().SelectMany(f => Citation().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(cited);
        Assert.All(cited, c => Assert.Contains(headings, heading => c.StartsWith(heading, StringComparison.Ordinal)));
    }

    [Fact]
    public void Folders_that_the_documents_name_exist()
    {
        var named =
            from document in new[] { "ARCHITECTURE.md", "CONTRIBUTING.md", "README.md" }
            from match in Folder().Matches(File.ReadAllText(Path.Combine(Repository.Root, document)))
            select match.Groups[1].Value;

        Assert.All(named.Distinct(), path => Assert.True(
            new[] { path, Path.Combine("src", path) }.Any(p => Path.Exists(Path.Combine(Repository.Root, p)) || File.Exists(Path.Combine(Repository.Root, p + ".cs"))), path));
    }

    private static IEnumerable<string> Sources() => new[] { "src", "tests" }.SelectMany(room =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, room), "*.cs", SearchOption.AllDirectories)).Where(
            f => !f.EndsWith(nameof(DocumentTests) + ".cs", StringComparison.Ordinal));

    [GeneratedRegex(@"^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"docs/method\.md, ([A-Z][a-z]+[^)\n]*)")]
    private static partial Regex Citation();

    // A path of at least two names in code, with no file to be made by a user in it.
    [GeneratedRegex(@"`((?:src|tests|docs|config|eng|deploy|Imaging|Model|Grains|Grains\.Interfaces|Cli|Dashboard)/[A-Za-z.]+(?:/[A-Za-z]+)*)/?`")]
    private static partial Regex Folder();
}
