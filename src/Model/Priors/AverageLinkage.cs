namespace Hermes.Model.Priors;

/// <summary>Agglomerative clustering by the mean distance, along chains of nearest neighbours: N² steps, and the same tree whatever the order of equals.</summary>
internal static class AverageLinkage
{
    public static Merge[] Join(SimilarityMatrix similarity)
    {
        var count = similarity.Count;
        var distances = Distances(similarity);
        int[] sizes = [.. Enumerable.Repeat(1, count)];
        var there = Enumerable.Range(0, count).ToList();
        var chain = new List<int>();
        var found = new List<(int First, int Second, double Distance)>();
        while (there.Count > 1)
        {
            if (chain.Count == 0)
            {
                chain.Add(there[0]);
            }

            var (last, before) = (chain[^1], chain.Count > 1 ? chain[^2] : -1);
            var nearest = Nearest(distances[last], there, last, before);
            if (nearest != before)
            {
                chain.Add(nearest);
                continue;
            }

            chain.RemoveRange(chain.Count - 2, 2);
            found.Add((last, before, distances[last][before]));
            there.Remove(last);
            Absorb(distances, sizes, there, last, before);
        }

        return Numbered(found, count);
    }

    private static double[][] Distances(SimilarityMatrix similarity) =>
        [.. Enumerable.Range(0, similarity.Count).Select(i => Array.ConvertAll(similarity.Row(i).ToArray(), cosine => 1 - cosine))];

    // Of two that are as near, the one the chain came from: otherwise it would never end.
    private static int Nearest(double[] distances, List<int> there, int one, int before)
    {
        var (nearest, least) = (before, before < 0 ? double.PositiveInfinity : distances[before]);
        foreach (var other in there)
        {
            if (other != one && distances[other] < least)
            {
                (nearest, least) = (other, distances[other]);
            }
        }

        return nearest;
    }

    private static void Absorb(double[][] distances, int[] sizes, List<int> there, int gone, int kept)
    {
        var (share, whole) = ((double)sizes[gone], (double)(sizes[gone] + sizes[kept]));
        foreach (var other in there.Where(other => other != kept))
        {
            distances[kept][other] = distances[other][kept] = (share * distances[gone][other] + sizes[kept] * distances[kept][other]) / whole;
        }

        sizes[kept] += sizes[gone];
    }

    // Chains find merges out of their order; each is known by one thing of either side.
    private static Merge[] Numbered(List<(int First, int Second, double Distance)> found, int count)
    {
        int[] parent = [.. Enumerable.Range(0, (2 * count) - 1)];
        int[] sizes = [.. Enumerable.Repeat(1, count), .. Enumerable.Repeat(0, count - 1)];
        return [.. found.OrderBy(m => m.Distance).Select((merge, k) =>
        {
            var (first, second) = (Root(parent, merge.First), Root(parent, merge.Second));
            var node = count + k;
            parent[first] = parent[second] = node;
            sizes[node] = sizes[first] + sizes[second];
            return new Merge(Math.Min(first, second), Math.Max(first, second), merge.Distance, sizes[node]);
        })];
    }

    private static int Root(int[] parent, int node)
    {
        while (parent[node] != node)
        {
            node = parent[node] = parent[parent[node]];
        }

        return node;
    }
}
