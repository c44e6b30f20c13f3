namespace Hermes.Model.Priors;

/// <summary>
/// A map in which what is alike lies close: exact t-SNE (van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 9, 2008) on the cosine distance. Distances
/// between what is not alike, sizes of groups and the gaps between them mean nothing.
/// </summary>
public static class NeighbourMap
{
    private const double LargestPerplexity = 30;

    // Until nothing moves any more, or for so long; of many points each step takes longer and the rest counts for less.
    private const int FewestSteps = 1000;
    private const int MostSteps = 10_000;
    private const double PairsInAll = 1e9;
    private const double AtRest = 1e-6;

    // While groups find together, they draw harder and glide less.
    private const int EarlySteps = 250;
    private const double EarlyPull = 12;
    private const double EarlyMomentum = 0.5;
    private const double Momentum = 0.8;
    private const double LeastGain = 0.01;

    private const double FirstSpread = 1e-4;

    /// <summary>Draws a map. The same vectors and beginnings give the same bits.</summary>
    /// <param name="similarity">How alike the points are.</param>
    /// <param name="beginnings">Where each point begins: two of its principal components, or where it lay in another map.</param>
    /// <param name="isContinued">Whether the beginnings are places of another map, which keep their scale and are not pulled together first.</param>
    /// <exception cref="ArgumentException">There are not as many beginnings as points.</exception>
    public static IReadOnlyList<PlanePoint> Draw(SimilarityMatrix similarity, IReadOnlyList<PlanePoint> beginnings, bool isContinued = false)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        ArgumentNullException.ThrowIfNull(beginnings);
        if (beginnings.Count != similarity.Count)
        {
            throw new ArgumentException($"{similarity.Count} points need as many beginnings; there are {beginnings.Count}.", nameof(beginnings));
        }

        if (similarity.Count < 3)
        {
            return beginnings;
        }

        var attraction = Attraction(similarity);
        var map = new Descent(isContinued ? Apart(beginnings) : Scaled(beginnings));
        var steps = Math.Clamp(PairsInAll / similarity.Count / similarity.Count, FewestSteps, MostSteps);
        for (var step = isContinued ? EarlySteps : 0; step < steps; step++)
        {
            var isEarly = step < EarlySteps;
            var moved = map.Step(attraction, isEarly ? EarlyPull : 1, isEarly ? EarlyMomentum : Momentum);
            if (!isEarly && moved < AtRest)
            {
                break;
            }
        }

        return map.Places();
    }

    // How probable each is a neighbour of each other, both ways together: [i][j] for j < i, 1 in sum over all ordered pairs.
    private static double[][] Attraction(SimilarityMatrix similarity)
    {
        var count = similarity.Count;
        var perplexity = Math.Min(LargestPerplexity, (count - 1) / 3.0);
        double[][] ways = [.. Enumerable.Range(0, count).Select(i => Neighbours(similarity.Row(i), i, perplexity))];
        return [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, i).Select(j => Math.Max((ways[i][j] + ways[j][i]) / (2.0 * count), 1e-12)).ToArray())];
    }

    // The width of the bell around a point is such that the wanted number of others lies in it.
    private static double[] Neighbours(ReadOnlySpan<double> cosines, int self, double perplexity)
    {
        var (narrow, wide, precision) = (0.0, double.PositiveInfinity, 1.0);
        var weights = new double[cosines.Length];
        var nearest = double.NegativeInfinity;
        for (var j = 0; j < cosines.Length; j++)
        {
            nearest = j == self ? nearest : Math.Max(nearest, cosines[j]);
        }

        for (var turn = 0; turn < 64; turn++)
        {
            var (sum, weighted) = (0.0, 0.0);
            for (var j = 0; j < cosines.Length; j++)
            {
                // Of vectors of length 1 the squared distance is twice what the cosine lacks.
                var farther = 2 * (nearest - cosines[j]);
                weights[j] = j == self ? 0 : Math.Exp(-farther * precision);
                sum += weights[j];
                weighted += farther * weights[j];
            }

            var entropy = Math.Log(sum) + (precision * weighted / sum);
            if (Math.Abs(entropy - Math.Log(perplexity)) < 1e-7)
            {
                break;
            }

            if (entropy > Math.Log(perplexity))
            {
                narrow = precision;
                precision = double.IsPositiveInfinity(wide) ? precision * 2 : (precision + wide) / 2;
            }
            else
            {
                wide = precision;
                precision = (precision + narrow) / 2;
            }
        }

        var total = weights.Sum();
        return Array.ConvertAll(weights, w => w / total);
    }

    private static IEnumerable<PlanePoint> Scaled(IReadOnlyList<PlanePoint> places)
    {
        var spread = Math.Sqrt(places.Sum(p => p.X * p.X) / places.Count);
        return Apart([.. places.Select(p => p * (spread > 0 ? FirstSpread / spread : 0))]);
    }

    // Nothing draws points apart that lie in the very same place.
    private static IEnumerable<PlanePoint> Apart(IReadOnlyList<PlanePoint> places) => places.Select((place, i) =>
        place + (new PlanePoint(Math.Cos(i * GoldenAngle), Math.Sin(i * GoldenAngle)) * (FirstSpread / 100)));

    private static double GoldenAngle => Math.PI * (3 - Math.Sqrt(5));

    /// <summary>Gradient descent with momentum and a gain for each coordinate (van der Maaten's own implementation).</summary>
    private sealed class Descent
    {
        private readonly double[] _x;
        private readonly double[] _y;
        private readonly double[] _moveX;
        private readonly double[] _moveY;
        private readonly double[] _gainX;
        private readonly double[] _gainY;
        private readonly double[] _pullX;
        private readonly double[] _pullY;
        private readonly double[] _pushX;
        private readonly double[] _pushY;
        private readonly double _rate;

        public Descent(IEnumerable<PlanePoint> places)
        {
            List<PlanePoint> all = [.. places];
            (_x, _y) = ([.. all.Select(p => p.X)], [.. all.Select(p => p.Y)]);
            (_moveX, _moveY, _pullX, _pullY, _pushX, _pushY) =
                (new double[all.Count], new double[all.Count], new double[all.Count], new double[all.Count], new double[all.Count], new double[all.Count]);
            (_gainX, _gainY) = ([.. all.Select(_ => 1.0)], [.. all.Select(_ => 1.0)]);
            _rate = all.Count / EarlyPull;
        }

        /// <summary>How far the farthest went, as a part of how far it is from the middle to the outermost.</summary>
        public double Step(double[][] attraction, double pull, double momentum)
        {
            foreach (var sums in new[] { _pullX, _pullY, _pushX, _pushY })
            {
                Array.Clear(sums);
            }

            var all = 0.0;
            for (var i = 0; i < _x.Length; i++)
            {
                var row = attraction[i];
                for (var j = 0; j < i; j++)
                {
                    var (dx, dy) = (_x[i] - _x[j], _y[i] - _y[j]);
                    var near = 1 / (1 + (dx * dx) + (dy * dy));
                    var (drawn, pushed) = (row[j] * near, near * near);
                    all += near;
                    _pullX[i] += drawn * dx;
                    _pullY[i] += drawn * dy;
                    _pullX[j] -= drawn * dx;
                    _pullY[j] -= drawn * dy;
                    _pushX[i] += pushed * dx;
                    _pushY[i] += pushed * dy;
                    _pushX[j] -= pushed * dx;
                    _pushY[j] -= pushed * dy;
                }
            }

            // Each pair was counted once, and stands for both orders.
            Move(_x, _moveX, _gainX, _pullX, _pushX, pull, 2 * all, momentum);
            Move(_y, _moveY, _gainY, _pullY, _pushY, pull, 2 * all, momentum);
            return Math.Max(_moveX.Max(Math.Abs), _moveY.Max(Math.Abs)) / Math.Max(_x.Max(Math.Abs), _y.Max(Math.Abs));
        }

        public IReadOnlyList<PlanePoint> Places() => [.. _x.Zip(_y, (x, y) => new PlanePoint(x, y))];

        private void Move(double[] places, double[] moves, double[] gains, double[] pulls, double[] pushes, double pull, double all, double momentum)
        {
            var middle = 0.0;
            for (var i = 0; i < places.Length; i++)
            {
                var slope = 4 * ((pull * pulls[i]) - (pushes[i] / all));
                gains[i] = Math.Max(LeastGain, slope > 0 == moves[i] > 0 ? gains[i] * 0.8 : gains[i] + 0.2);
                moves[i] = (momentum * moves[i]) - (_rate * gains[i] * slope);
                places[i] += moves[i];
                middle += places[i] / places.Length;
            }

            for (var i = 0; i < places.Length; i++)
            {
                places[i] -= middle;
            }
        }
    }
}
