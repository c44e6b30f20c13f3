namespace Hermes.Grains.Interfaces.Previews;

/// <summary>The colours of structures over an image: bright ones that differ also for people who see fewer colours, then the same again.</summary>
public static class LabelColours
{
    private static readonly string[] All = ["#e69f00", "#56b4e9", "#00b386", "#f0e442", "#d55e00", "#cc79a7", "#4477ff", "#b2df8a", "#ff9da7", "#9c755f"];

    /// <summary>The colours of agreement with a reference: found rightly, found alone, missed.</summary>
    public static IReadOnlyList<string> OfAgreement { get; } = ["#56b4e9", "#f0e442", "#d55e00"];

    /// <summary>The colour of the structure at a place in its label map.</summary>
    public static string At(int index) => All[index % All.Length];
}
