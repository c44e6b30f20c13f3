namespace Hermes.Model.Priors;

/// <summary>
/// What is alike, joined step by step. The things are nodes 0 to N - 1; merge <c>k</c> makes node N + k.
/// </summary>
/// <param name="Merges">N - 1 of them, the closest first.</param>
/// <param name="Order">The things in the order in which they are drawn: of all that the tree allows, one that puts the most alike side by side.</param>
public sealed record Dendrogram(IReadOnlyList<Merge> Merges, IReadOnlyList<int> Order)
{
    /// <summary>Joins what is closest on average (average linkage; Müllner, Modern hierarchical, agglomerative clustering algorithms, 2011, figure 3).</summary>
    public static Dendrogram Of(SimilarityMatrix similarity)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        if (similarity.Count == 0)
        {
            return new Dendrogram([], []);
        }

        var merges = AverageLinkage.Join(similarity);
        return new Dendrogram(merges, LeafOrder.Of(similarity, merges));
    }
}

/// <summary>Two nodes that become one.</summary>
/// <param name="Left">The node of the lower number.</param>
/// <param name="Right">The other one.</param>
/// <param name="Distance">1 less the mean cosine between what is in one and what is in the other.</param>
/// <param name="Size">How many things are in it.</param>
public readonly record struct Merge(int Left, int Right, double Distance, int Size);
