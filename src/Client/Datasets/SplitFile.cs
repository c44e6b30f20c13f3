using System.Text.Json;
using Hermes.Client.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Datasets;

/// <summary>Reads which case belongs to which split: JSON <c>{"case1": "train"}</c> or lines <c>case1 train</c>.</summary>
public static class SplitFile
{
    private const long SizeLimit = 16 << 20;
    private const string Hint = "Write one line per case, 'case1 train' or 'case2 test', or JSON {\"case1\": \"train\"}.";

    /// <summary>The split that <c>--split</c> means: <c>train</c> or <c>test</c> for all cases, or a file that says it per case.</summary>
    /// <param name="value">What the user wrote; null leaves it to the dataset to draw.</param>
    /// <param name="cases">The cases.</param>
    /// <returns>The cases with their splits fixed.</returns>
    /// <exception cref="HermesException">The file is missing, cannot be understood or names none of the cases.</exception>
    public static IReadOnlyList<CaseFiles> Apply(string? value, IReadOnlyList<CaseFiles> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        if (value is null)
        {
            return cases;
        }

        if (TrySplit(value, out var all) && !File.Exists(value))
        {
            return [.. cases.Select(c => c with { FixedSplit = all })];
        }

        var splits = Parse(UserFile.ReadText(value, SizeLimit), value);
        var known = cases.Select(c => c.CaseId).ToHashSet(StringComparer.Ordinal);
        var strangers = splits.Keys.Where(name => !known.Contains(name)).ToList();
        if (strangers.Count > 0)
        {
            throw new HermesException(
                $"{value} names {strangers.Count} cases that are not there, first '{strangers[0]}'.",
                value,
                "A case is named by its file stem, without '_0000' and '.nii.gz'.");
        }

        return [.. cases.Select(c => splits.TryGetValue(c.CaseId, out var split) ? c with { FixedSplit = split } : c)];
    }

    /// <summary>Reads the text of a split file.</summary>
    /// <exception cref="HermesException">It cannot be understood.</exception>
    internal static IReadOnlyDictionary<string, Split> Parse(string text, string file)
    {
        var result = new Dictionary<string, Split>(StringComparer.Ordinal);
        foreach (var (place, name, word) in text.AsSpan().TrimStart().StartsWith("{") ? Json(text, file) : Lines(text, file))
        {
            var stem = CasePairing.Stem(name, isLabel: false);
            if (!TrySplit(word, out var split))
            {
                throw new HermesException($"{file}, {place}: '{word}' is not a split; train, validation or test was expected.", file, Hint);
            }

            if (!result.TryAdd(stem, split) && result[stem] != split)
            {
                throw new HermesException($"{file}, {place}: case '{stem}' is in two splits.", file, Hint);
            }
        }

        return result.Count > 0 ? result : throw new HermesException($"{file} names no case.", file, Hint);
    }

    private static IEnumerable<(string Place, string Name, string Word)> Lines(string text, string file)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var bare = line.Trim();
            if (bare.Length == 0 || bare.StartsWith('#'))
            {
                continue;
            }

            // The last word is the split, so that names with blanks work.
            var cut = bare.LastIndexOfAny([' ', '\t', ',', ';']);
            yield return cut > 0
                ? ($"line {number}", bare[..cut].TrimEnd(' ', '\t', ',', ';'), bare[(cut + 1)..])
                : throw new HermesException($"{file}, line {number}: '{bare}' has no split.", file, Hint);
        }
    }

    /// <summary>Two forms: case to split, or split to list of cases.</summary>
    private static List<(string Place, string Name, string Word)> Json(string text, string file)
    {
        var result = new List<(string, string, string)>();
        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var row in document.RootElement.EnumerateObject())
            {
                if (row.Value.ValueKind == JsonValueKind.Array)
                {
                    result.AddRange(row.Value.EnumerateArray().Select(name => ($"list '{row.Name}'", name.ToString(), row.Name)));
                }
                else
                {
                    result.Add(($"case '{row.Name}'", row.Name, row.Value.ToString()));
                }
            }
        }
        catch (JsonException e)
        {
            throw new HermesException($"{file} is not JSON: line {e.LineNumber + 1}, character {e.BytePositionInLine + 1}.", e) { File = file, Hint = Hint };
        }

        return result;
    }

    private static bool TrySplit(string word, out Split split)
    {
        split = Split.Train;
        var (known, value) = word.ToLowerInvariant() switch
        {
            "train" or "training" => (true, Split.Train),
            "validation" or "val" => (true, Split.Validation),
            "test" or "testing" => (true, Split.Test),
            _ => (false, Split.Train),
        };
        split = value;
        return known;
    }
}
