using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <summary>What a validation found in the cases of one dataset.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Dice">Mean over its tasks of their mean Dice over its cases; null where no task was in any.</param>
/// <param name="Tasks">Mean Dice of each task over those of its cases that have it, the worst first.</param>
/// <param name="Cases">Its cases.</param>
internal sealed record DatasetScore(string Dataset, double? Dice, IReadOnlyList<(string Task, double Dice)> Tasks, int Cases)
{
    /// <summary>Every dataset of a validation, the worst first.</summary>
    public static IReadOnlyList<DatasetScore> Of(IEnumerable<ValidatedCase> cases) =>
        [.. cases.GroupBy(c => c.Dataset, StringComparer.Ordinal).Select(Of).OrderBy(s => s.Dice ?? 2).ThenBy(s => s.Dataset, StringComparer.Ordinal)];

    private static DatasetScore Of(IGrouping<string, ValidatedCase> cases)
    {
        List<(string Task, double Dice)> tasks =
        [
            .. cases.SelectMany(c => c.Dice).GroupBy(d => d.Key, d => d.Value, StringComparer.Ordinal).Select(t => (Task: t.Key, Dice: t.Average()))
                .OrderBy(t => t.Dice).ThenBy(t => t.Task, StringComparer.Ordinal),
        ];
        return new DatasetScore(cases.Key, tasks.Count > 0 ? tasks.Average(t => t.Dice) : null, tasks, cases.Count());
    }
}
