using System.Globalization;
using Hermes.Grains.Interfaces.Previews;

namespace Hermes.Dashboard.Volumes;

/// <summary>A part of the intensities that is shown from black to white; CT alone has intensities that mean the same everywhere.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Word">As an address calls it.</param>
/// <param name="Level">Its middle, in HU.</param>
/// <param name="Width">Its width, in HU.</param>
public sealed record Window(string Name, string Word, double Level, double Width)
{
    /// <summary>The usual ones of CT, the usual first.</summary>
    public static IReadOnlyList<Window> OfCt { get; } =
    [
        new("Soft tissue", "soft-tissue", UsualWindow.Level, UsualWindow.Width),
        new("Lung", "lung", -600, 1500),
        new("Bone", "bone", 400, 1800),
        new("Brain", "brain", 40, 80),
    ];

    public double Black => Level - (Width / 2);

    public double White => Level + (Width / 2);

    /// <summary>Level and width, as they are written.</summary>
    public string Numbers => string.Create(CultureInfo.InvariantCulture, $"{Level:0} / {Width:0}");

    /// <summary>The one that an address names, else the usual one; null for what is no CT, which is shown by its own range.</summary>
    public static Window? Of(string modality, string? word) => modality == "ct" ? OfCt.FirstOrDefault(w => w.Word == word) ?? OfCt[0] : null;
}
