using System.Globalization;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>What words of an address, or of whoever writes, say.</summary>
internal static class AddressWords
{
    private const int Most = 1_000_000;

    /// <summary>The text, or null where there is none.</summary>
    public static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>What of several is chosen once one is chosen, or left out where it was; null for none, which an address does not tell.</summary>
    public static string[]? Toggled(IReadOnlyList<string> chosen, string one)
    {
        string[] now = chosen.Contains(one) ? [.. chosen.Where(c => c != one)] : [.. chosen, one];
        return now.Length > 0 ? now : null;
    }

    /// <summary>A whole number from 1, such as that of a version or of a part; null for anything else, and for what nothing has so many of.</summary>
    public static int? Whole(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and < Most ? number : null;
}
