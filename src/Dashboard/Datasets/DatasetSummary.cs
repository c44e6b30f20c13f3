using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Datasets;

/// <summary>What the cases of a dataset version are like, all together.</summary>
public sealed record DatasetSummary
{
    /// <summary>Cases that are named as unusual at most.</summary>
    public const int Named = 100;

    /// <summary>How many cases there are.</summary>
    public required int Cases { get; init; }

    /// <summary>How many of them each split has.</summary>
    public required IReadOnlyDictionary<Split, int> CasesPerSplit { get; init; }

    /// <summary>How many of them have labels.</summary>
    public required int Labelled { get; init; }

    /// <summary>How many of them have warnings of their own.</summary>
    public required int Warned { get; init; }

    /// <summary>Volumes in ml by label value, over the cases that hold it.</summary>
    public required IReadOnlyDictionary<int, LabelVolumes> Volumes { get; init; }

    /// <summary>Voxels along each axis of the files.</summary>
    public required IReadOnlyList<Distribution> Size { get; init; }

    /// <summary>Spacing in mm along each axis of the files.</summary>
    public required IReadOnlyList<Distribution> SpacingMm { get; init; }

    /// <summary>Orientations with the number of cases, the most frequent first.</summary>
    public required IReadOnlyList<(string Orientation, int Cases)> Orientations { get; init; }

    /// <summary>The smallest intensity of each case; null without cases.</summary>
    public Distribution? Minimum { get; init; }

    /// <summary>The largest intensity of each case; null without cases.</summary>
    public Distribution? Maximum { get; init; }

    /// <summary>What lies far outside of what is usual in this version, the first <see cref="Named"/> in the order of the cases.</summary>
    public required IReadOnlyList<Outlier> Outliers { get; init; }

    /// <summary>How many such there are.</summary>
    public required int OutlierCount { get; init; }

    /// <summary>Summarises cases in one pass; of each only its numbers are kept, and those only until the end.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<DatasetSummary> OfAsync(IAsyncEnumerable<CaseRecord> cases, CancellationToken cancellationToken)
    {
        var pass = new Pass();
        await foreach (var one in cases.WithCancellation(cancellationToken))
        {
            pass.Add(one);
        }

        return pass.End();
    }

    private sealed class Pass
    {
        private readonly List<string> _names = [];
        private readonly SortedDictionary<int, List<(int Case, double Ml)>> _volumes = [];
        private readonly List<List<double>> _sizes = [];
        private readonly List<List<double>> _spacings = [];
        private readonly Dictionary<string, int> _orientations = new(StringComparer.Ordinal);
        private readonly Dictionary<Split, int> _splits = [];
        private readonly List<double> _minima = [];
        private readonly List<double> _maxima = [];
        private int _labelled;
        private int _warned;

        public void Add(CaseRecord one)
        {
            var facts = one.Facts;
            foreach (var (value, ml) in facts.LabelVolumesMl)
            {
                if (!_volumes.TryGetValue(value, out var volumes))
                {
                    _volumes[value] = volumes = [];
                }

                volumes.Add((_names.Count, ml));
            }

            Along(_sizes, facts.Size.Select(s => (double)s));
            Along(_spacings, facts.SpacingMm);
            _orientations[facts.Orientation] = _orientations.GetValueOrDefault(facts.Orientation) + 1;
            _splits[one.Split] = _splits.GetValueOrDefault(one.Split) + 1;
            _minima.Add(facts.Minimum);
            _maxima.Add(facts.Maximum);
            _labelled += facts.Label is null ? 0 : 1;
            _warned += facts.Warnings.Count > 0 ? 1 : 0;
            _names.Add(one.CaseId);
        }

        public DatasetSummary End()
        {
            var volumes = _volumes.ToDictionary(v => v.Key, v => new LabelVolumes(v.Value.Count, Distribution.Of(v.Value.Select(m => m.Ml))));
            List<Distribution> spacings = [.. _spacings.Select(Distribution.Of).OfType<Distribution>()];
            List<(int Case, Outlier Outlier)> outliers =
            [
                .. from value in _volumes
                   let usual = volumes[value.Key].Ml
                   where usual is not null
                   from measured in value.Value
                   where usual.IsOutside(measured.Ml)
                   select (measured.Case, new Outlier(_names[measured.Case], value.Key, null, measured.Ml, usual)),
                .. from axis in spacings.Index()
                   from number in _spacings[axis.Index].Index()
                   where axis.Item.IsOutside(number.Item)
                   select (number.Index, new Outlier(_names[number.Index], null, axis.Index, number.Item, axis.Item)),
            ];
            return new DatasetSummary
            {
                Cases = _names.Count,
                CasesPerSplit = _splits,
                Labelled = _labelled,
                Warned = _warned,
                Volumes = volumes,
                Size = [.. _sizes.Select(Distribution.Of).OfType<Distribution>()],
                SpacingMm = spacings,
                Orientations = [.. _orientations.OrderByDescending(o => o.Value).ThenBy(o => o.Key, StringComparer.Ordinal).Select(o => (o.Key, o.Value))],
                Minimum = Distribution.Of(_minima),
                Maximum = Distribution.Of(_maxima),
                Outliers = [.. outliers.OrderBy(o => o.Case).Take(Named).Select(o => o.Outlier)],
                OutlierCount = outliers.Count,
            };
        }

        private static void Along(List<List<double>> axes, IEnumerable<double> numbers)
        {
            foreach (var (axis, number) in numbers.Index())
            {
                if (axes.Count == axis)
                {
                    axes.Add([]);
                }

                axes[axis].Add(number);
            }
        }
    }
}

/// <summary>The volumes of one label value.</summary>
/// <param name="Cases">In how many cases it occurs.</param>
/// <param name="Ml">Its volume in those, in ml.</param>
public sealed record LabelVolumes(int Cases, Distribution? Ml);

/// <summary>A number of a case that lies far outside of what is usual in its dataset version.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Label">The label value whose volume in ml it is, or null.</param>
/// <param name="Axis">The axis, 0-based, along which it is the spacing in mm, or null.</param>
/// <param name="Number">The number.</param>
/// <param name="Usual">How it lies in the version.</param>
public sealed record Outlier(string CaseId, int? Label, int? Axis, double Number, Distribution Usual);
