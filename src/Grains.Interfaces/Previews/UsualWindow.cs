namespace Hermes.Grains.Interfaces.Previews;

/// <summary>The window in which a CT is shown where nobody chose another, that of soft tissue, in HU. Of other images intensities mean something else every time.</summary>
public static class UsualWindow
{
    /// <summary>Its middle.</summary>
    public const double Level = 40;

    /// <summary>Its width.</summary>
    public const double Width = 400;

    /// <summary>What is black, and everything below.</summary>
    public const double Black = Level - (Width / 2);

    /// <summary>What is white, and everything above.</summary>
    public const double White = Level + (Width / 2);
}
