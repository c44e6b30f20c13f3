using System.Text.RegularExpressions;

namespace Hermes.Architecture.Tests;

/// <summary>Inside a room, too, references run one way: its folders form no circle.</summary>
public sealed partial class FolderCircleTests
{
    private const string Root = ".";

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Folders_of_a_room_form_no_circle(string room)
    {
        var uses = Uses(room);

        Assert.Empty(uses.Keys.Select(folder => Circle(uses, [folder])).OfType<string>().Take(1));
    }

    [Fact]
    public void A_circle_is_found() => Assert.Equal(
        "a > b > c > a",
        Circle(new Dictionary<string, HashSet<string>> { ["a"] = ["b"], ["b"] = ["c", "d"], ["c"] = ["a"], ["d"] = [] }, ["a"]));

    // Every folder and the folders it uses: those it names, and of those it lies in, which it sees without naming them, those whose types it mentions.
    private static Dictionary<string, HashSet<string>> Uses(string room)
    {
        var directory = Path.Combine(Repository.Root, "src", room);
        var files = Directory.EnumerateFiles(directory, "*.*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".cs" or ".razor")
            .Select(f => (Folder: Path.GetRelativePath(directory, Path.GetDirectoryName(f)!).Replace('\\', '/'), Text: Comment().Replace(File.ReadAllText(f), ""))).ToList();
        var texts = files.ToLookup(f => f.Folder, f => f.Text);
        var named = new Regex($@"^@?using Hermes\.{Regex.Escape(room)}\.([\w.]+)", RegexOptions.Multiline);
        return texts.ToDictionary(
            folder => folder.Key,
            folder => folder.SelectMany(text => named.Matches(text)).Select(m => m.Groups[1].Value.Replace('.', '/'))
                .Concat(Above(folder.Key).Where(
                    above => texts[above].SelectMany(text => Type().Matches(text)).Any(type => folder.Any(text => Regex.IsMatch(text, $@"(?<![\w.]){type.Groups[1].Value}\b")))))
                .Where(used => used != folder.Key && texts.Contains(used))
                .ToHashSet(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var above = Path.GetDirectoryName(folder); !string.IsNullOrEmpty(above); above = Path.GetDirectoryName(above))
        {
            yield return above;
        }

        if (folder != Root)
        {
            yield return Root;
        }
    }

    private static string? Circle(Dictionary<string, HashSet<string>> uses, string[] path) =>
        path.Length > 1 && path[^1] == path[0] ? string.Join(" > ", path)
        : path.Length > 1 && path.SkipLast(1).Contains(path[^1]) ? null
        : uses[path[^1]].Order(StringComparer.Ordinal).Select(next => Circle(uses, [.. path, next])).OfType<string>().FirstOrDefault();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record)\s+(?:struct\s+)?([A-Z]\w*)")]
    private static partial Regex Type();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
