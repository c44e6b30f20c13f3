using System.Globalization;
using System.Text.Json;
using Hermes.Client.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Datasets;

/// <summary>Reads which label value is which structure: <c>{"1": "spleen"}</c> or <c>{"spleen": 1}</c>.</summary>
public static class LabelNames
{
    private const long SizeLimit = 1 << 20;
    private const string Hint = """Write {"1": "spleen", "2": "liver"}: label value to structure.""";

    /// <summary>Reads a label map from a JSON file.</summary>
    /// <param name="file">The user's file.</param>
    /// <param name="dataset">The dataset's name, the namespace of its tasks.</param>
    /// <param name="shares">Structures whose task another dataset declared: structure (or <c>dataset/structure</c>) to task.</param>
    /// <exception cref="HermesException">The file is missing or says something else than a label map.</exception>
    public static IReadOnlyList<LabelEntry> Read(string file, string dataset, IReadOnlyDictionary<string, string>? shares = null) =>
        Parse(UserFile.ReadText(file, SizeLimit), file, dataset, shares);

    internal static IReadOnlyList<LabelEntry> Parse(string json, string file, string dataset, IReadOnlyDictionary<string, string>? shares)
    {
        var names = new SortedDictionary<int, string>();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new HermesException($"{file} holds a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()}, an object was expected.", file, Hint);
            }

            foreach (var row in document.RootElement.EnumerateObject())
            {
                Add(names, row, file);
            }
        }
        catch (JsonException e)
        {
            throw new HermesException($"{file} is not JSON: line {e.LineNumber + 1}, character {e.BytePositionInLine + 1}.", e) { File = file, Hint = Hint };
        }

        if (names.Count == 0)
        {
            throw new HermesException($"{file} names no label.", file, Hint);
        }

        var twice = names.GroupBy(n => n.Value, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            throw new HermesException(
                $"{file} calls the label values {string.Join(" and ", twice.Select(n => n.Key))} both '{twice.Key}'.", file, "A structure has one value.");
        }

        return Entries(names, dataset, shares ?? new Dictionary<string, string>());
    }

    private static void Add(SortedDictionary<int, string> names, JsonProperty row, string file)
    {
        // {"1": "spleen"}, or {"spleen": 1} as other tools write it.
        var (valueText, structure) = row.Value.ValueKind switch
        {
            JsonValueKind.Number => (row.Value.GetRawText(), row.Name),
            JsonValueKind.String => (row.Name, row.Value.GetString()!),
            var other => throw new HermesException($"{file} gives '{row.Name}' a JSON {other.ToString().ToLowerInvariant()}; a name was expected.", file, Hint),
        };
        if (!int.TryParse(valueText, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > ushort.MaxValue)
        {
            throw new HermesException($"{file} gives '{structure}' the label value '{valueText}'; a whole number from 1 to 65535 was expected.", file, Hint);
        }

        if (value == 0)
        {
            // Label maps of other tools name the background too.
            if (!structure.Equals("background", StringComparison.OrdinalIgnoreCase))
            {
                throw new HermesException($"{file} gives '{structure}' the label value 0, which is background.", file, Hint);
            }

            return;
        }

        if (!Names.IsValid(structure))
        {
            throw new HermesException(
                $"{file} calls the label value {value} '{structure}', which cannot be the name of a structure.",
                file,
                "Use 1 to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit.");
        }

        if (!names.TryAdd(value, structure))
        {
            throw new HermesException($"{file} names the label value {value} twice: '{names[value]}' and '{structure}'.", file, Hint);
        }
    }

    private static List<LabelEntry> Entries(SortedDictionary<int, string> names, string dataset, IReadOnlyDictionary<string, string> shares)
    {
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (from, to) in shares)
        {
            var structure = from.StartsWith(dataset + "/", StringComparison.Ordinal) ? from[(dataset.Length + 1)..] : from;
            if (to.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
            {
                throw new HermesException($"'{to}' is not a task.", hint: "Write STRUCTURE=dataset/structure, for example liver=amos/liver.");
            }

            if (!names.ContainsValue(structure))
            {
                throw new HermesException($"There is no structure '{structure}' to share; the label map has {string.Join(", ", names.Values)}.");
            }

            open[structure] = to;
        }

        return [.. names.Select(n => new LabelEntry(n.Key, n.Value, open.GetValueOrDefault(n.Value, Names.Task(dataset, n.Value))))];
    }
}
