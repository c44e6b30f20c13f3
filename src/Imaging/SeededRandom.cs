namespace Hermes.Imaging;

/// <summary>A small generator (SplitMix64) whose numbers are ours, so that a seed gives the same bits with every version of .NET.</summary>
internal sealed class SeededRandom
{
    private ulong _state;
    private double _spare = double.NaN;

    public SeededRandom(ulong seed, ulong stream)
    {
        _state = seed;
        _state = Next() ^ (stream * 0xD1342543DE82EF95);
        Next();
    }

    /// <summary>Evenly distributed in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * ((Next() >> 11) * (1.0 / (1UL << 53)));

    /// <summary>A whole number from 0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)Uniform(0, end);

    /// <summary>Normally distributed with mean 0 and deviation 1 (Marsaglia's polar method).</summary>
    public double Normal()
    {
        if (!double.IsNaN(_spare))
        {
            var spare = _spare;
            _spare = double.NaN;
            return spare;
        }

        while (true)
        {
            double u = Uniform(-1, 1), v = Uniform(-1, 1), s = u * u + v * v;
            if (s is > 0 and < 1)
            {
                var scale = Math.Sqrt(-2 * Math.Log(s) / s);
                _spare = v * scale;
                return u * scale;
            }
        }
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
