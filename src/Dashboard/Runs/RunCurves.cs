using System.Runtime.InteropServices;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <summary>
/// All numbers of a run by step: those of its stretches of metrics, which are whole, and after them those of its progress, which are some. Any thread may ask.
/// </summary>
internal sealed class RunCurves
{
    // Of a run that goes back, the cases of the validation before are those that count again.
    private const int ValidationsKept = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, IReadOnlyList<ValidatedCase>> _validations = [];
    private IReadOnlyList<string>? _names;

    /// <summary>The names of what is known, in their order.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return _names ??= [.. _series.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Grows whenever something that was known changed instead of being added to.</summary>
    public int Revision { get; private set; }

    /// <summary>The cases of the newest validation, and its step; null where none told its cases.</summary>
    public (int Step, IReadOnlyList<ValidatedCase> Cases)? Validation
    {
        get
        {
            lock (_gate)
            {
                return _validations.Count > 0 ? (_validations.Last().Key, _validations.Last().Value) : null;
            }
        }
    }

    /// <summary>Whether there is something of this name.</summary>
    public bool Has(string name)
    {
        lock (_gate)
        {
            return _series.ContainsKey(name);
        }
    }

    /// <summary>The newest value of a number; null when there is none.</summary>
    public float? Last(string name)
    {
        lock (_gate)
        {
            return _series.GetValueOrDefault(name)?.Last;
        }
    }

    /// <summary>Parts of curves; those that there are not are left out.</summary>
    public IReadOnlyList<MetricWindow> Windows(IEnumerable<string> names, int from, int to, int stretches)
    {
        lock (_gate)
        {
            return [.. names.Where(_series.ContainsKey).Select(name => _series[name].Window(name, from, to, stretches))];
        }
    }

    /// <summary>Adds what a run said while it trained: of what it says of its validation only what is new.</summary>
    public void Add(int step, IReadOnlyDictionary<string, double> numbers)
    {
        lock (_gate)
        {
            foreach (var (name, value) in numbers)
            {
                var series = Series(name);
                if (name != MetricKeys.ValidationDice || series.Last != (float)value)
                {
                    series.Add(step, (float)value);
                }
            }
        }
    }

    /// <summary>Puts stretches in place of all that was known from their first step to their last.</summary>
    /// <param name="stretches">Stretches that follow each other, with their lines.</param>
    /// <param name="keepsRest">Whether what is known after them is still true.</param>
    public void Replace(IReadOnlyList<(MetricsChunk Stretch, byte[] Lines)> stretches, bool keepsRest)
    {
        if (stretches.Count == 0)
        {
            return;
        }

        // Reading is most of the work, and each stretch is read by itself.
        var read = stretches.AsParallel().AsOrdered().Select(one => ReadStretch.Of(one.Stretch, one.Lines)).ToList();
        lock (_gate)
        {
            var rest = CutFrom(stretches[0].Stretch.FirstStep, keepsRest ? stretches[^1].Stretch.LastStep : int.MaxValue - 1);
            foreach (var stretch in read)
            {
                foreach (var (name, points) in stretch.Series)
                {
                    Series(name).Add(points);
                }

                stretch.Validations.ForEach(v => Keep(v.Step, v.Cases));
            }

            foreach (var (name, points) in rest)
            {
                foreach (var (step, value) in points)
                {
                    Series(name).Add(step, value);
                }
            }
        }
    }

    /// <summary>Forgets everything after a step.</summary>
    public void CutAfter(int step)
    {
        lock (_gate)
        {
            CutFrom(step + 1, int.MaxValue - 1);
        }
    }

    private Dictionary<string, (int Step, float Value)[]> CutFrom(int from, int after)
    {
        Revision++;
        foreach (var gone in _validations.Keys.Where(step => step >= from).ToList())
        {
            _validations.Remove(gone);
        }

        return _series.ToDictionary(s => s.Key, s => s.Value.CutFrom(from, after));
    }

    private MetricSeries Series(string name)
    {
        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(_series, name, out var isKnown);
        _names = isKnown ? _names : null;
        return series ??= new MetricSeries();
    }

    private void Keep(int step, IReadOnlyList<ValidatedCase> cases)
    {
        _validations[step] = cases;
        if (_validations.Count > ValidationsKept)
        {
            _validations.Remove(_validations.First().Key);
        }
    }
}
