using Hermes.Grains.Interfaces.Previews;

namespace Hermes.Dashboard.Volumes;

/// <summary>What lies over an image that was segmented and has labels, too.</summary>
public enum Overlay
{
    /// <summary>What was found.</summary>
    Prediction = 0,

    /// <summary>What it is compared with.</summary>
    Reference = 1,

    /// <summary>Where the two agree, and where not.</summary>
    Agreement = 2,
}

/// <summary>How overlays are called and coloured.</summary>
internal static class Overlays
{
    /// <summary>The colours of agreement in the order of their values, from 1: both, found alone, missed.</summary>
    public static IReadOnlyList<(string Colour, string Name)> OfAgreement { get; } =
        [.. LabelColours.OfAgreement.Zip(["Found rightly", "Found, but not in the reference", "In the reference, but not found"])];

    public static string Name(Overlay overlay) => overlay switch
    {
        Overlay.Prediction => "What was found",
        Overlay.Reference => "The reference",
        _ => "Where they agree",
    };
}
