namespace Hermes.Model.Priors;

/// <summary>
/// The order of a tree's leaves in which the distances between neighbours are least in sum (Bar-Joseph, Gifford and Jaakkola, Fast optimal leaf ordering for
/// hierarchical clustering, Bioinformatics 17, 2001). N³ steps at most.
/// </summary>
internal sealed class LeafOrder
{
    private readonly IReadOnlyList<Merge> _merges;
    private readonly int _count;

    // A node's leaves lie side by side in the tree's own order: from its start, as many as it has.
    private readonly int[] _starts;
    private readonly int[] _leafAt;
    private readonly double[][] _distances;

    // [a][b]: the least sum of the node where a and b meet, with a at one end and b at the other.
    private readonly double[][] _least;

    private LeafOrder(SimilarityMatrix similarity, IReadOnlyList<Merge> merges)
    {
        (_merges, _count) = (merges, similarity.Count);
        _starts = new int[(2 * _count) - 1];
        for (var k = merges.Count - 1; k >= 0; k--)
        {
            _starts[merges[k].Left] = _starts[_count + k];
            _starts[merges[k].Right] = _starts[_count + k] + Size(merges[k].Left);
        }

        _leafAt = new int[_count];
        for (var leaf = 0; leaf < _count; leaf++)
        {
            _leafAt[_starts[leaf]] = leaf;
        }

        _distances = [.. _leafAt.Select(leaf => Array.ConvertAll(_leafAt, other => 1 - similarity[leaf, other]))];
        _least = [.. Enumerable.Range(0, _count).Select(_ => new double[_count])];
    }

    public static int[] Of(SimilarityMatrix similarity, IReadOnlyList<Merge> merges)
    {
        if (merges.Count == 0)
        {
            return [.. Enumerable.Range(0, similarity.Count)];
        }

        var order = new LeafOrder(similarity, merges);
        for (var k = 0; k < merges.Count; k++)
        {
            order.Fill(merges[k]);
        }

        return order.Best();
    }

    private int Size(int node) => node < _count ? 1 : _merges[node - _count].Size;

    private Range Leaves(int node) => _starts[node]..(_starts[node] + Size(node));

    // Which leaves can be at the other end of a node when this one is at one end.
    private Range OtherEnds(int node, int end)
    {
        if (node < _count)
        {
            return Leaves(node);
        }

        var merge = _merges[node - _count];
        return end < _starts[merge.Right] ? Leaves(merge.Right) : Leaves(merge.Left);
    }

    private void Fill(Merge merge)
    {
        var (left, right) = (Leaves(merge.Left), Leaves(merge.Right));
        var reached = new double[Size(merge.Right)];
        for (var first = left.Start.Value; first < left.End.Value; first++)
        {
            // From the first leaf through the left part to each leaf of the right one, then on to the last.
            Array.Fill(reached, double.PositiveInfinity);
            var inner = OtherEnds(merge.Left, first);
            for (var m = inner.Start.Value; m < inner.End.Value; m++)
            {
                var through = _least[first][m];
                var steps = _distances[m].AsSpan(right);
                for (var k = 0; k < reached.Length; k++)
                {
                    reached[k] = Math.Min(reached[k], through + steps[k]);
                }
            }

            var sums = _least[first].AsSpan(right);
            sums.Fill(double.PositiveInfinity);
            for (var k = 0; k < reached.Length; k++)
            {
                var entry = right.Start.Value + k;
                var ends = OtherEnds(merge.Right, entry);
                for (var last = ends.Start.Value; last < ends.End.Value; last++)
                {
                    ref var sum = ref sums[last - right.Start.Value];
                    sum = Math.Min(sum, reached[k] + _least[entry][last]);
                }
            }

            for (var k = 0; k < sums.Length; k++)
            {
                _least[right.Start.Value + k][first] = sums[k];
            }
        }
    }

    private int[] Best()
    {
        var root = _merges[^1];
        var (left, right) = (Leaves(root.Left), Leaves(root.Right));
        var (first, last) = (left.Start.Value, right.Start.Value);
        for (var a = left.Start.Value; a < left.End.Value; a++)
        {
            for (var b = right.Start.Value; b < right.End.Value; b++)
            {
                if (_least[a][b] < _least[first][last])
                {
                    (first, last) = (a, b);
                }
            }
        }

        // Both directions are as good; the one that begins with the lower number is taken.
        List<int> order = [.. Along((2 * _count) - 2, first, last).Select(place => _leafAt[place])];
        if (order[0] > order[^1])
        {
            order.Reverse();
        }

        return [.. order];
    }

    private IEnumerable<int> Along(int root, int from, int to)
    {
        var open = new Stack<(int Node, int From, int To)>([(root, from, to)]);
        while (open.TryPop(out var part))
        {
            if (part.Node < _count)
            {
                yield return part.From;
                continue;
            }

            var merge = _merges[part.Node - _count];
            var (near, far) = part.From < _starts[merge.Right] ? (merge.Left, merge.Right) : (merge.Right, merge.Left);
            var (leave, enter) = Join(OtherEnds(near, part.From), OtherEnds(far, part.To), part.From, part.To);
            open.Push((far, enter, part.To));
            open.Push((near, part.From, leave));
        }
    }

    private (int Leave, int Enter) Join(Range leaves, Range enters, int from, int to)
    {
        var (best, least) = ((leaves.Start.Value, enters.Start.Value), double.PositiveInfinity);
        for (var m = leaves.Start.Value; m < leaves.End.Value; m++)
        {
            for (var k = enters.Start.Value; k < enters.End.Value; k++)
            {
                var sum = _least[from][m] + _distances[m][k] + _least[k][to];
                if (sum < least)
                {
                    (best, least) = ((m, k), sum);
                }
            }
        }

        return best;
    }
}
