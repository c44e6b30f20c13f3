namespace Hermes.Client.Figures;

/// <summary>The colours of what a figure says and frames, on white.</summary>
public static class FigureColours
{
    /// <summary>Of text.</summary>
    public const string Text = "#1b2529";

    /// <summary>Of text that is less important, and of lines.</summary>
    public const string Quiet = "#51616a";

    /// <summary>Of what nothing is known of.</summary>
    public const string Unknown = "#a9b4ba";

    /// <summary>A colour by its parts, as <c>#rrggbb</c>.</summary>
    public static string Of((byte Red, byte Green, byte Blue) colour) => $"#{colour.Red:x2}{colour.Green:x2}{colour.Blue:x2}";
}
