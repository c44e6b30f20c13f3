using System.Globalization;

namespace Hermes.Imaging.Volumes.Formats;

/// <summary>
/// Counts what a label volume holds while it is read. A value close to a label is that label; whatever else occurs is counted by value,
/// so that all of it can be told in one sentence.
/// </summary>
internal sealed class LabelCensus
{
    private const double Rounding = 1e-3;

    // A tool that scaled whole numbers moved a label by half a step at most (and a little more, as its step is kept in 32 bits); beyond this it is no rounding.
    private const double LargestRounding = 0.05;
    private const int ValuesKept = 1000;
    private const int ValuesTold = 10;
    private const int TableRowsTold = 20;

    private readonly IReadOnlyDictionary<int, string>? _table;
    private readonly double _tolerance;
    private readonly long[] _counts;
    private readonly bool[] _isKnown;
    private readonly Dictionary<double, long> _strays = [];
    private double _smallest = double.PositiveInfinity, _largest = double.NegativeInfinity;
    private long _strayVoxels, _fractions;

    public LabelCensus(NiftiHeader header, IReadOnlyDictionary<int, string>? table)
    {
        _table = table;
        _tolerance = header.IsUnscaled ? Rounding : Math.Clamp(Math.Abs(header.Slope) * 0.51, Rounding, LargestRounding);
        _isKnown = new bool[table is null ? ushort.MaxValue + 1 : table.Keys.Append(0).Max() + 1];
        _counts = new long[_isKnown.Length];
        for (var value = 0; value < _isKnown.Length; value++)
        {
            _isKnown[value] = value == 0 || table is null || table.ContainsKey(value);
        }
    }

    /// <summary>Voxels that were no whole numbers and were rounded.</summary>
    public long Rounded { get; private set; }

    /// <summary>The largest distance of a voxel from the label it was rounded to.</summary>
    public double LargestDeviation { get; private set; }

    /// <summary>Voxels of every label that occurs.</summary>
    public IReadOnlyDictionary<int, long> Counts =>
        Enumerable.Range(0, _counts.Length).Where(value => _counts[value] > 0).ToDictionary(value => value, value => _counts[value]);

    /// <summary>The label of a voxel; 0 for what is none.</summary>
    public ushort Take(double value)
    {
        var nearest = Math.Round(value);
        var deviation = Math.Abs(value - nearest);
        if (deviation <= _tolerance && nearest >= 0 && nearest < _isKnown.Length && _isKnown[(int)nearest])
        {
            if (deviation > 0)
            {
                Rounded++;
                LargestDeviation = Math.Max(LargestDeviation, deviation);
            }

            _counts[(int)nearest]++;
            return (ushort)nearest;
        }

        TakeStray(value, deviation <= _tolerance ? nearest : value);
        return 0;
    }

    /// <summary>Refuses a volume in which something else than labels occurs.</summary>
    /// <exception cref="VolumeFormatException">It does; the message has values, counts and what they look like.</exception>
    public void Require(string file)
    {
        if (_strayVoxels > 0)
        {
            throw new VolumeFormatException(file, Found(), Expected());
        }
    }

    private void TakeStray(double value, double told)
    {
        _strayVoxels++;
        _fractions += told == Math.Round(told) ? 0 : 1;
        _smallest = Math.Min(_smallest, value);
        _largest = Math.Max(_largest, value);
        if (_strays.Count < ValuesKept || _strays.ContainsKey(told))
        {
            _strays[told] = _strays.GetValueOrDefault(told) + 1;
        }
    }

    private string Found()
    {
        var all = _strayVoxels + _counts.Sum();
        if (_strays.Count <= ValuesTold)
        {
            return Listed(_strays.OrderBy(s => s.Key)) + (IsInterpolated ? ", which looks like interpolated labels" : "");
        }

        // Half of the voxels and many values with signs or fractions: nobody draws that.
        var isImage = _strayVoxels > all / 2 && (_strays.Count > 256 || _strays.Count > 32 && (_fractions > 0 || _smallest < 0));
        var looks = isImage ? ", which looks like an image" : IsInterpolated ? ", which looks like interpolated labels" : "";
        return $"{(_strays.Count < ValuesKept ? "" : "more than ")}{_strays.Count} values that are no labels, from {Text(_smallest)} to {Text(_largest)} "
            + $"in {_strayVoxels} of {all} voxels{looks} (most often {Listed(_strays.OrderByDescending(s => s.Value).ThenBy(s => s.Key).Take(3))})";
    }

    private bool IsInterpolated => _fractions == _strayVoxels && _smallest > 0 && _largest < _isKnown.Length - 1;

    private string Expected() => _table is null
        ? "labels: whole numbers from 0 to 65535"
        : $"only labels of the label table ({string.Join(", ", _table.OrderBy(l => l.Key).Take(TableRowsTold).Select(l => $"{l.Key} {l.Value}"))}"
            + (_table.Count > TableRowsTold ? $" and {_table.Count - TableRowsTold} more)" : ")");

    private static string Listed(IEnumerable<KeyValuePair<double, long>> strays) =>
        string.Join(", ", strays.Select(s => $"{(s.Key >= 1 && s.Key == Math.Round(s.Key) ? "label" : "the value")} {Text(s.Key)} in {Voxels(s.Value)}"));

    private static string Voxels(long count) => count == 1 ? "1 voxel" : $"{count} voxels";

    private static string Text(double value) => double.IsNaN(value) ? "not-a-number" : value.ToString("G7", CultureInfo.InvariantCulture);
}
