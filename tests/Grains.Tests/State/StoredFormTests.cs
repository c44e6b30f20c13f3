using System.Text.Json;
using System.Text.Json.Nodes;
using Hermes.Grains.State;

namespace Hermes.Grains.Tests.State;

/// <summary>
/// What was once stored is read for ever. <c>Stored/</c> holds, for each state and each form it ever had, a full document as it is stored, only indented.
/// </summary>
public sealed class StoredFormTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Grains.Tests", "State", "Stored");
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly StateJson _json = new();

    public static IEnumerable<object[]> States => PersistedState.All.Select(state => new object[] { state });

    public static IEnumerable<object[]> Documents => Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal).Select(file => new object[] { Path.GetFileName(file) });

    [Theory]
    [MemberData(nameof(States))]
    public void What_is_stored_today_is_what_the_newest_document_shows(PersistedState state)
    {
        var known = DocumentsOf(state.Name);
        var newest = known is [.., var last] ? last : null;
        var today = Indent(_json.Serialize(Today(state)).ToString());
        if (newest is not null && File.ReadAllText(newest) == today)
        {
            return;
        }

        var next = $"{state.Name}.{known.Count + 1}.json";
        var written = Path.Combine(AppContext.BaseDirectory, next);
        File.WriteAllText(written, today);
        Assert.Fail(
            $"What is stored as '{state.Name}' {(newest is null ? "has no document yet" : "has changed")}: it is now as in {written}. " +
            $"If an older program would misread it, or must not lose what is new when it writes the state again, raise {nameof(StateJson)}.{nameof(StateJson.Understood)} now, and {nameof(StateJson.Format)} in the next version. " +
            $"Then put the file beside the others as {Path.Combine(Folder, next)}; take the place of the newest one only if no release stored that.");
    }

    [Theory]
    [MemberData(nameof(States))]
    public void The_newest_document_is_read_to_what_was_stored(PersistedState state) => Assert.Equivalent(Today(state), Read(state, DocumentsOf(state.Name)[^1]), strict: true);

    [Theory]
    [MemberData(nameof(Documents))]
    public void All_that_a_document_holds_is_still_there_when_today_s_program_has_read_it_and_stored_it_again(string document)
    {
        var state = Assert.Single(PersistedState.All, s => s.Name == document.Split('.')[0]);
        var file = Path.Combine(Folder, document);

        var again = JsonNode.Parse(_json.Serialize(Read(state, file)));

        Assert.Empty(Lost(JsonNode.Parse(File.ReadAllText(file)), again, "$"));
    }

    private static IReadOnlyList<string> DocumentsOf(string state) =>
        [.. Directory.EnumerateFiles(Folder, $"{state}.*.json").OrderBy(file => int.Parse(Path.GetFileName(file).Split('.')[1], System.Globalization.CultureInfo.InvariantCulture))];

    private static object Today(PersistedState state)
    {
        var stored = Activator.CreateInstance(state.Stored)!;
        foreach (var (member, value) in new (string, object)[] { ("Format", StateJson.Format), ("Version", 7L), ("Sequence", 9L), ("Value", state.Fill()) })
        {
            state.Stored.GetProperty(member)!.SetValue(stored, value);
        }

        return stored;
    }

    private static string Indent(string json) => JsonSerializer.Serialize(JsonNode.Parse(json), Indented) + "\n";

    private object Read(PersistedState state, string file) =>
        typeof(StateJson).GetMethod(nameof(StateJson.Deserialize))!.MakeGenericMethod(state.Stored).Invoke(_json, [new BinaryData(File.ReadAllBytes(file))])!;

    /// <summary>Where the second document lacks a value of the first.</summary>
    private static IEnumerable<string> Lost(JsonNode? before, JsonNode? after, string path) => (before, after) switch
    {
        (JsonObject was, JsonObject now) => was.SelectMany(member => Lost(member.Value, now[member.Key], $"{path}.{member.Key}")),
        (JsonArray was, JsonArray now) when was.Count == now.Count => was.SelectMany((item, i) => Lost(item, now[i], $"{path}[{i}]")),
        _ => JsonNode.DeepEquals(before, after) ? [] : [path],
    };
}
