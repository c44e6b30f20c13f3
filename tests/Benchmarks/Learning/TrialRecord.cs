using System.Globalization;
using System.Text.Json;

namespace Hermes.Benchmarks.Learning;

/// <summary>How one run ended.</summary>
/// <param name="Data">phantoms, or the folder's name.</param>
/// <param name="Configuration">Digest of how it was trained.</param>
/// <param name="Seed">Of the phantoms and of the run.</param>
/// <param name="Precision">Number format of the convolutions.</param>
/// <param name="Steps">Steps of the run.</param>
/// <param name="Seconds">Seconds in steps and validations.</param>
/// <param name="Mean">Mean Dice of the tasks.</param>
/// <param name="Tasks">Dice by task.</param>
/// <param name="Curve">Mean Dice by step, where it was looked at in between.</param>
internal sealed record TrialRecord(
    string Data,
    string Configuration,
    ulong Seed,
    string Precision,
    int Steps,
    double Seconds,
    double Mean,
    SortedDictionary<string, double> Tasks,
    SortedDictionary<int, double> Curve)
{
    /// <summary>The task that was learned worst.</summary>
    public KeyValuePair<string, double> Worst => Tasks.MinBy(task => task.Value);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Data} seed {Seed} {Precision}, {Steps} steps in {Seconds:0} s: mean Dice {Mean:0.000}, worst {Worst.Key} {Worst.Value:0.000}");

    /// <summary>The runs noted in a file, one line of JSON each; none if there is no file.</summary>
    public static IReadOnlyList<TrialRecord> Read(string file) =>
        File.Exists(file) ? [.. File.ReadLines(file).Select(line => JsonSerializer.Deserialize<TrialRecord>(line)!)] : [];

    /// <summary>Notes this run.</summary>
    public void Append(string file) => File.AppendAllText(file, JsonSerializer.Serialize(this) + "\n");
}
