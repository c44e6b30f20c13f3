namespace Hermes.Dashboard.Runs;

/// <summary>One number of a run at every step that reported it. Single precision is more than a screen shows, and half the memory.</summary>
internal sealed class MetricSeries
{
    private int[] _steps = new int[16];
    private float[] _values = new float[16];

    /// <summary>How many points it has.</summary>
    public int Count { get; private set; }

    /// <summary>The newest value; null before the first.</summary>
    public float? Last => Count > 0 ? _values[Count - 1] : null;

    /// <summary>Adds a point; what was known from its step on gives way, because a run that went back passes those steps again.</summary>
    public void Add(int step, float value)
    {
        if (Count > 0 && _steps[Count - 1] >= step)
        {
            Count = IndexOf(step);
        }

        if (Count == _steps.Length)
        {
            Array.Resize(ref _steps, 2 * Count);
            Array.Resize(ref _values, 2 * Count);
        }

        (_steps[Count], _values[Count]) = (step, value);
        Count++;
    }

    /// <summary>Adds the points of a series, as if one after the other.</summary>
    public void Add(MetricSeries later)
    {
        if (later.Count == 0)
        {
            return;
        }

        Count = IndexOf(later._steps[0]);
        var all = Count + later.Count;
        if (all > _steps.Length)
        {
            Array.Resize(ref _steps, Math.Max(all, 2 * Count));
            Array.Resize(ref _values, _steps.Length);
        }

        later._steps.AsSpan(0, later.Count).CopyTo(_steps.AsSpan(Count));
        later._values.AsSpan(0, later.Count).CopyTo(_values.AsSpan(Count));
        Count = all;
    }

    /// <summary>Forgets the points from a step on, and says which those after another were.</summary>
    /// <param name="from">The first step that is forgotten.</param>
    /// <param name="after">Steps greater than this are given back.</param>
    public (int Step, float Value)[] CutFrom(int from, int after)
    {
        var rest = Enumerable.Range(IndexOf(after + 1), Count - IndexOf(after + 1)).Select(i => (_steps[i], _values[i])).ToArray();
        Count = IndexOf(from);
        return rest;
    }

    /// <summary>
    /// The points between two steps; where they are too many, of every stretch of equal length the lowest and the highest, so that no spike is lost.
    /// </summary>
    /// <param name="name">What the series is of.</param>
    /// <param name="from">The first step.</param>
    /// <param name="to">The last step.</param>
    /// <param name="stretches">How many stretches; up to twice as many points are given.</param>
    public MetricWindow Window(string name, int from, int to, int stretches)
    {
        var begin = IndexOf(from);
        var end = Math.Max(begin, to == int.MaxValue ? Count : IndexOf(to + 1));
        if (end - begin <= 2 * stretches)
        {
            return new MetricWindow(name, _steps[begin..end], _values[begin..end], end - begin);
        }

        var steps = new List<int>(2 * stretches);
        var values = new List<float>(2 * stretches);
        double first = _steps[begin], length = (_steps[end - 1] - first + 1) / stretches;
        for (int i = begin, stretch = 1; i < end; stretch++)
        {
            int lowest = i, highest = i;
            for (var limit = first + (stretch * length); i < end && (stretch == stretches || _steps[i] < limit); i++)
            {
                lowest = _values[i] < _values[lowest] ? i : lowest;
                highest = _values[i] > _values[highest] ? i : highest;
            }

            // A stretch may have no point, or one alone.
            var (earlier, later) = (Math.Min(lowest, highest), Math.Max(lowest, highest));
            if (earlier < i)
            {
                Put(earlier);
            }

            if (later < i && later != earlier)
            {
                Put(later);
            }
        }

        return new MetricWindow(name, steps, values, end - begin);

        void Put(int point)
        {
            steps.Add(_steps[point]);
            values.Add(_values[point]);
        }
    }

    // The place of the first point of this step or a later one.
    private int IndexOf(int step)
    {
        var found = Array.BinarySearch(_steps, 0, Count, step);
        return found < 0 ? ~found : found;
    }
}
