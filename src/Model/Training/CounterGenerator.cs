namespace Hermes.Model.Training;

/// <summary>
/// A random generator whose numbers depend only on a key and how many were drawn: what happens in sample i of batch n follows from
/// (seed, n, i) alone, so going on at batch n needs no history.
/// </summary>
internal struct CounterGenerator
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>The generator of one sample.</summary>
    public CounterGenerator(ulong seed, ulong batch, ulong sample) => _state = Mix(Mix(Mix(seed + Step) ^ (batch + Step)) ^ (sample + Step));

    public ulong NextBits()
    {
        _state += Step;
        return Mix(_state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [from, to).</summary>
    public double Uniform(double from, double to) => from + (to - from) * NextDouble();

    /// <summary>Uniform in 0 to count - 1.</summary>
    public int Below(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    /// <summary>Uniform in from to to - 1; from when the range is empty.</summary>
    public int Between(int from, int to) => to <= from ? from : from + Below(to - from);

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Two independent standard normal numbers.</summary>
    public (double First, double Second) Normals()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        (var sin, var cos) = Math.SinCos(2 * Math.PI * NextDouble());
        return (radius * cos, radius * sin);
    }

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
