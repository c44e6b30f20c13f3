namespace Hermes.Model.Priors;

/// <summary>Keeps a map where its parent's was, so that what did not move is seen not to have moved.</summary>
public static class MapAlignment
{
    private const int Neighbours = 3;

    /// <summary>Where the points of a new map begin: those of the parent where they lay, new ones between those of the parent that they are most alike to.</summary>
    /// <param name="names">The new map's points.</param>
    /// <param name="similarity">How alike they are.</param>
    /// <param name="parent">Where the parent's lay.</param>
    public static IReadOnlyList<PlanePoint> Beginnings(IReadOnlyList<string> names, SimilarityMatrix similarity, IReadOnlyDictionary<string, PlanePoint> parent)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(similarity);
        ArgumentNullException.ThrowIfNull(parent);
        List<int> old = [.. Enumerable.Range(0, names.Count).Where(i => parent.ContainsKey(names[i]))];
        return [.. names.Select((name, i) => parent.TryGetValue(name, out var place)
            ? place
            : PlanePoint.Middle(old.OrderByDescending(j => similarity[i, j]).Take(Neighbours).Select(j => parent[names[j]])))];
    }

    /// <summary>A map turned, mirrored and shifted so that what it has in common with its parent lies as close to where it lay as it can (orthogonal Procrustes).</summary>
    /// <param name="names">The map's points.</param>
    /// <param name="places">Where they lie.</param>
    /// <param name="parent">Where the parent's lay.</param>
    public static IReadOnlyList<PlanePoint> Turned(IReadOnlyList<string> names, IReadOnlyList<PlanePoint> places, IReadOnlyDictionary<string, PlanePoint> parent)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(parent);
        List<int> common = [.. Enumerable.Range(0, names.Count).Where(i => parent.ContainsKey(names[i]))];
        if (common.Count == 0)
        {
            return places;
        }

        var (from, to) = (PlanePoint.Middle(common.Select(i => places[i])), PlanePoint.Middle(common.Select(i => parent[names[i]])));
        var (plain, mirrored) = (Fit(mirror: 1), Fit(mirror: -1));
        var (cos, sin, mirror) = mirrored.Gain > plain.Gain ? (mirrored.Cos, mirrored.Sin, -1) : (plain.Cos, plain.Sin, 1);
        return [.. places.Select(place =>
        {
            var (x, y) = (place.X - from.X, mirror * (place.Y - from.Y));
            return to + new PlanePoint((cos * x) - (sin * y), (sin * x) + (cos * y));
        })];

        // The turn that brings the most of one along the other, and how much that is.
        (double Cos, double Sin, double Gain) Fit(int mirror)
        {
            var (along, across) = (0.0, 0.0);
            foreach (var i in common)
            {
                var (own, its) = (places[i] - from, parent[names[i]] - to);
                along += (own.X * its.X) + (mirror * own.Y * its.Y);
                across += (own.X * its.Y) - (mirror * own.Y * its.X);
            }

            var gain = Math.Sqrt((along * along) + (across * across));
            return gain > 0 ? (along / gain, across / gain, gain) : (1, 0, 0);
        }
    }
}
