namespace Hermes.Model.Priors;

/// <summary>A place in a map of two dimensions, which have no unit.</summary>
public readonly record struct PlanePoint(double X, double Y)
{
    /// <summary>Both together.</summary>
    public static PlanePoint operator +(PlanePoint one, PlanePoint other) => new(one.X + other.X, one.Y + other.Y);

    /// <summary>From one to the other.</summary>
    public static PlanePoint operator -(PlanePoint one, PlanePoint other) => new(one.X - other.X, one.Y - other.Y);

    /// <summary>Farther out by a factor.</summary>
    public static PlanePoint operator *(PlanePoint one, double factor) => new(one.X * factor, one.Y * factor);

    /// <summary>The middle of places; the origin when there are none.</summary>
    public static PlanePoint Middle(IEnumerable<PlanePoint> places)
    {
        var (sum, count) = (default(PlanePoint), 0);
        foreach (var place in places)
        {
            (sum, count) = (sum + place, count + 1);
        }

        return count == 0 ? default : sum * (1.0 / count);
    }
}
