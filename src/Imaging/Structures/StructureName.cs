using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Hermes.Imaging.Structures;

/// <summary>What the name of a structure says, however datasets write it: <c>kidney_left</c>, <c>Left Kidney</c>, <c>KidneyL</c>.</summary>
/// <param name="Words">Its words in lower case without a side, numbers as they are.</param>
/// <param name="HasSide">Whether it says which of a pair it is.</param>
public sealed partial record StructureName(ImmutableArray<string> Words, bool HasSide)
{
    private static readonly ImmutableHashSet<string> Sides = ["left", "right", "l", "r", "lt", "rt"];

    /// <summary>Reads a name.</summary>
    /// <param name="name">The name, without its dataset.</param>
    public static StructureName Of(string name)
    {
        ImmutableArray<string> words = [.. Word().Matches(name).Select(m => m.Value.ToLowerInvariant())];
        ImmutableArray<string> rest = [.. words.Where(word => !Sides.Contains(word))];
        return new StructureName(rest, HasSide: rest.Length < words.Length);
    }

    // Words as they are written together, apart, and with capitals. A number belongs to the letters before it: L1 is a vertebra and no side.
    [GeneratedRegex("(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+)[0-9]*|[0-9]+")]
    private static partial Regex Word();
}
