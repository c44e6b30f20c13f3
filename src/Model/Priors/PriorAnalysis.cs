namespace Hermes.Model.Priors;

/// <summary>How the priors of a model version relate to each other.</summary>
/// <param name="Names">The tasks or modalities.</param>
/// <param name="Stages">What each fusion scale says.</param>
/// <param name="Combined">What all scales say together.</param>
/// <param name="Components">All scales in the two directions in which they differ most.</param>
/// <param name="Map">All scales in a map in which what is alike lies close.</param>
public sealed record PriorAnalysis(
    IReadOnlyList<string> Names, IReadOnlyList<PriorView> Stages, PriorView Combined, PrincipalComponents Components, IReadOnlyList<PlanePoint> Map)
{
    /// <summary>Compares all with all. The same vectors and the same parent give the same bits.</summary>
    /// <param name="vectors">The priors.</param>
    /// <param name="parent">Where they lay in the map of the version before; null when there is none.</param>
    public static PriorAnalysis Of(PriorVectors vectors, IReadOnlyDictionary<string, PlanePoint>? parent = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var (names, combined) = (vectors.Names, PriorView.Of(vectors.Combined));
        var components = PrincipalComponents.Of(vectors.Combined);
        var isContinued = parent is not null && names.Any(parent.ContainsKey);
        var map = isContinued
            ? MapAlignment.Turned(
                names, NeighbourMap.Draw(combined.Similarity, MapAlignment.Beginnings(names, combined.Similarity, parent!), isContinued: true), parent!)
            : NeighbourMap.Draw(combined.Similarity, components.Places);
        return new PriorAnalysis(names, [.. vectors.Stages.Select(PriorView.Of)], combined, components, map);
    }
}

/// <summary>How alike priors are, and the tree that this makes.</summary>
/// <param name="Similarity">Each with each.</param>
/// <param name="Tree">The most alike joined first.</param>
public sealed record PriorView(SimilarityMatrix Similarity, Dendrogram Tree)
{
    /// <summary>Compares vectors [N, C].</summary>
    public static PriorView Of(IReadOnlyList<float[]> vectors)
    {
        var similarity = SimilarityMatrix.Cosine(vectors);
        return new PriorView(similarity, Dendrogram.Of(similarity));
    }
}
