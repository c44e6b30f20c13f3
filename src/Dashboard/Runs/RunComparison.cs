using System.Globalization;
using Hermes.Dashboard.Components.Parts;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <summary>What runs have in common and where they differ, as a table: a row for every fact, a column for every run.</summary>
/// <param name="Name">The fact.</param>
/// <param name="Values">What it is of each run; null where a run has none.</param>
internal sealed record RunComparison(string Name, IReadOnlyList<string?> Values)
{
    /// <summary>Whether the runs do not all have the same.</summary>
    public bool Differs => Values.Distinct(StringComparer.Ordinal).Skip(1).Any();

    /// <summary>Every fact of some runs: what was asked, what came of it, and Dice per task at the best checkpoint.</summary>
    public static IReadOnlyList<RunComparison> Of(IReadOnlyList<RunStatus> runs)
    {
        var rows = new List<RunComparison>();
        Add("State", r => r.State.Word());
        Add("Model", r => RunRow.ModelOf(r));
        Add("Configuration", r => r.Request is { Configuration: null } request ? request.Preset : r.Request?.ConfigurationFile);
        Add("With the published faults", r => r.Request is { PaperFaithful: true } ? "yes" : null);
        Add("Patches per step, as asked for", r => r.Request?.BatchSize is { } batch ? Numbers.Count(batch) : null);
        Add("Learned at once, as asked for", r => r.Request?.MicroBatch is { } atOnce ? Numbers.Count(atOnce) : null);
        Add("Devices, as asked for", r => r.Request is { Devices: > 1 and var devices } ? Numbers.Count(devices) : null);
        Add("Learns", r => RunWords.Learns(r.Request));
        Add("Steps", r => Numbers.Count(r.StepsTotal));
        Add("Steps done", r => Numbers.Count(r.Step));
        Add("Seed", r => r.Request?.Seed.ToString(CultureInfo.InvariantCulture));
        Add("Datasets", r => string.Join(", ", r.Datasets.Select(d => $"{d.Dataset} (version {d.Version})")));
        rows.AddRange(Settings([.. runs.Select(r => r.Request?.Configuration)]));
        Add("Asked for", r => Numbers.Time(r.Created));
        Add("Took, with waiting", r => TimeLeft.Of((r.Ended - r.Created)?.TotalSeconds));
        Add("Best mean Dice", r => Numbers.Dice(r.Checkpoints.Best()?.Score));
        Add("Best at step", r => r.Checkpoints.Best() is { } best ? Numbers.Count(best.Step) : null);
        Add("Last loss", r => Numbers.Loss(r.LastMetrics.TryGetValue(MetricKeys.Loss, out var loss) ? loss : null));
        foreach (var task in runs.SelectMany(r => r.Checkpoints.Best()?.Tasks ?? []).Select(t => t.Task).Distinct().Order(StringComparer.Ordinal))
        {
            Add($"Dice of {task}", r => Numbers.Dice(r.Checkpoints.Best()?.Tasks?.FirstOrDefault(t => t.Task == task)?.Dice));
        }

        return [.. rows.Where(row => row.Values.Any(v => v is not null))];

        void Add(string name, Func<RunStatus, string?> value) => rows.Add(new RunComparison(name, [.. runs.Select(value)]));
    }

    // The lines "key: value" of configuration files.
    private static IEnumerable<RunComparison> Settings(IReadOnlyList<string?> texts)
    {
        var settings = texts.Select(text => (text ?? "").Split('\n')
            .Select(line => line.Split('#')[0].Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(parts => parts is [{ Length: > 0 }, { Length: > 0 }])
            .GroupBy(parts => parts[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last()[1], StringComparer.Ordinal)).ToList();
        return settings.SelectMany(s => s.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(key => new RunComparison($"Configuration: {key}", [.. settings.Select(s => s.GetValueOrDefault(key))]));
    }
}
