using System.Globalization;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Updates;

/// <summary>What is odd about a new dataset beside what a model knows.</summary>
internal static class ConflictRules
{
    private const double LargestRatio = 2;
    private const int FewestCases = 3;
    private const double LeastVolumeMl = 1;
    private const double Within = 0.9;

    /// <summary>What the facts of cases tell, without a question.</summary>
    public static IEnumerable<UpdateConflict> OfFacts(LearnedDataset added, IReadOnlyList<OldGroup> old) =>
    [
        .. old.Select(g => g.Dataset).OfType<LearnedDataset>().DistinctBy(d => d.Pin.Dataset).SelectMany(d => OtherExtent(added, d)),
        .. OtherGeometry(added, [.. old.Where(g => g.Branch is null && g.Group.Modality == added.Declaration.Modality).Select(g => g.Dataset).OfType<LearnedDataset>()]),
        .. Absent(added),
    ];

    /// <summary>What the answers of old groups to new cases tell.</summary>
    public static IEnumerable<UpdateConflict> OfAnswers(LearnedDataset added, IReadOnlyList<PriorAnswer> answers) =>
        answers.GroupBy(a => a.Group.Group.Name, StringComparer.Ordinal).SelectMany(group => group.First().Group.Group.Labels.SelectMany(label =>
        {
            var finding = new Finding(label.Task, group.First().Group, [.. group]);
            return added.Declaration.Labels.Where(l => l.Task != label.Task).Select(l => Contained(added, l, finding)).Append(Unlabelled(added, finding)).OfType<UpdateConflict>();
        }));

    // A name in common promises the same organ. Lesions come in all sizes: only where most cases on one side are beyond most on the other is it another thing.
    private static IEnumerable<UpdateConflict> OtherExtent(LearnedDataset added, LearnedDataset old) =>
        from label in added.Declaration.Labels
        from known in old.Declaration.Labels
        where string.Equals(label.Structure, known.Structure, StringComparison.OrdinalIgnoreCase)
        let mine = added.VolumesMl(label)
        let theirs = old.VolumesMl(known)
        where mine.Count >= FewestCases && theirs.Count >= FewestCases && Ratio(mine.Average(), theirs.Average()) > LargestRatio
            && (Quartile(mine, 1) > Quartile(theirs, 3) || Quartile(theirs, 1) > Quartile(mine, 3))
        select new UpdateConflict(
            ConflictKind.OtherExtent, added.Pin.Dataset, label.Task,
            $"{label.Structure} has {Number(mine.Average())} ml a case in {added.Pin.Dataset} and {Number(theirs.Average())} ml in {old.Pin.Dataset}: the name is the same, the extent is not.",
            old.Pin.Dataset);

    // Of another modality, another grid is to be expected.
    private static IEnumerable<UpdateConflict> OtherGeometry(LearnedDataset added, IReadOnlyList<LearnedDataset> trunk)
    {
        var mine = added.SpacingMm();
        var nearest = trunk.Where(d => d.Cases.Count > 0).MinBy(d => Apart(mine, d.SpacingMm()));
        if (mine.Count > 0 && nearest is not null && Apart(mine, nearest.SpacingMm()) > LargestRatio)
        {
            yield return new UpdateConflict(
                ConflictKind.OtherGeometry, added.Pin.Dataset, null,
                $"Voxels of {added.Pin.Dataset} have {Spacing(mine)} mm; the nearest that the trunk learned of the modality {added.Declaration.Modality}, those of {nearest.Pin.Dataset}, have {Spacing(nearest.SpacingMm())} mm.",
                nearest.Pin.Dataset);
        }
    }

    private static IEnumerable<UpdateConflict> Absent(LearnedDataset added) => added.Declaration.Labels
        .Where(l => added.VolumesMl(l).Count == 0)
        .Select(l => new UpdateConflict(
            ConflictKind.Absent, added.Pin.Dataset, l.Task, $"{l.Structure} is in the label map of {added.Pin.Dataset} and in none of its {added.Labelled.Count} labelled cases; it cannot be learned from them."));

    private static UpdateConflict? Contained(LearnedDataset added, LabelEntry label, Finding old)
    {
        var (common, there) = (old.CommonMl(label), old.ReferenceMl(label));
        return (common, there) switch
        {
            _ when there <= 0 || old.FoundMl < LeastVolumeMl => null,
            _ when common >= Within * there && old.FoundMl > LargestRatio * there => Conflict($"{label.Task} lies within what {old.Task} finds in the same cases: say which of the two holds the voxels in common."),
            _ when common >= Within * old.FoundMl && there > LargestRatio * old.FoundMl => Conflict($"What {old.Task} finds lies within {label.Task} in the same cases: say which of the two holds the voxels in common."),
            _ => null,
        };

        UpdateConflict Conflict(string sentence) => new(ConflictKind.Contained, added.Pin.Dataset, label.Task, sentence, old.Group.Dataset?.Pin.Dataset);
    }

    private static UpdateConflict? Unlabelled(LearnedDataset added, Finding old)
    {
        var structure = old.Group.Dataset?.Declaration.Labels.FirstOrDefault(l => l.Task == old.Task)?.Structure ?? old.Task.Split('/')[^1];
        var free = old.FoundMl - added.Declaration.Labels.Sum(old.CommonMl);
        return old.Group.Group.Modality == added.Declaration.Modality && free > LeastVolumeMl && free > old.FoundMl / 2
            && !added.Declaration.Labels.Any(l => l.Task == old.Task || string.Equals(l.Structure, structure, StringComparison.OrdinalIgnoreCase))
            ? new UpdateConflict(
                ConflictKind.Unlabelled, added.Pin.Dataset, old.Task,
                $"{old.Task} finds {Number(old.FoundMl)} ml a case in {added.Pin.Dataset}, whose labels leave it out: it is visible and counts as background there.",
                old.Group.Dataset?.Pin.Dataset)
            : null;
    }

    private static double Apart(IReadOnlyList<double> one, IReadOnlyList<double> other) => one.Zip(other, Ratio).DefaultIfEmpty(1).Max();

    private static double Ratio(double one, double other) => Math.Max(one, other) / Math.Min(one, other);

    private static double Quartile(IReadOnlyList<double> ascending, int quarter) => ascending[(int)Math.Round((ascending.Count - 1) * quarter / 4.0)];

    private static string Number(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Spacing(IReadOnlyList<double> spacing) => string.Join(" x ", spacing.Select(s => s.ToString("0.##", CultureInfo.InvariantCulture)));

    /// <summary>What an old task finds in new cases, in ml a case.</summary>
    private sealed record Finding(string Task, OldGroup Group, IReadOnlyList<PriorAnswer> Answers)
    {
        public double FoundMl { get; } = Answers.Average(a => a.Result.Tasks.FirstOrDefault(t => t.Task == Task)?.VolumeMl ?? 0);

        public double CommonMl(LabelEntry label) => Answers.Average(a => a.Overlap(Task, label)?.CommonMl ?? 0);

        public double ReferenceMl(LabelEntry label) => Answers.Average(a => a.Case.Facts.LabelVolumesMl.GetValueOrDefault(label.Value));
    }
}
