using System.Globalization;

namespace Hermes.Dashboard.Volumes;

/// <summary>A place in a patient, in mm of the image's world: how far to the right, to the front and up it is.</summary>
/// <param name="X">Towards the right, in mm.</param>
/// <param name="Y">Towards the front, in mm.</param>
/// <param name="Z">Towards the head, in mm.</param>
public sealed record Place(double X, double Y, double Z)
{
    // No image reaches farther; what is no number does not either.
    private const double FarthestMm = 100_000;

    /// <summary>As an address has it.</summary>
    public string Word => string.Join(',', Axes.Select(mm => mm.ToString("0.#", CultureInfo.InvariantCulture)));

    /// <summary>As people read it.</summary>
    public string Text => string.Join(", ", Axes.Zip("RAS", "LPI").Select(axis =>
        string.Create(CultureInfo.InvariantCulture, $"{(axis.First < 0 ? axis.Third : axis.Second)} {Math.Abs(axis.First):0.0}"))) + " mm";

    private IEnumerable<double> Axes => [X, Y, Z];

    /// <summary>The place that an address names; null when it names none.</summary>
    public static Place? Of(string? word)
    {
        var parts = word?.Split(',') ?? [];
        var axes = new double[3];
        return parts.Length == axes.Length
            && parts.Index().All(p => double.TryParse(p.Item, NumberStyles.Float, CultureInfo.InvariantCulture, out axes[p.Index]) && Math.Abs(axes[p.Index]) <= FarthestMm)
            ? new Place(axes[0], axes[1], axes[2])
            : null;
    }
}
