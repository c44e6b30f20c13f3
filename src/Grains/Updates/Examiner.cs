using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Imaging.Evaluation;

namespace Hermes.Grains.Updates;

/// <summary>
/// Examines an update before it is served, all through the worker that serves users. Beside branches every old prompt group is asked, then the new ones, then
/// the old ones again; the answers to old groups must be the same files. Of a new trunk the old groups are measured on cases that nothing was learned from or
/// chosen by; no task may lose more Dice than the tolerance.
/// </summary>
internal sealed class Examiner(IGrainFactory grains, TimeProvider clock, string update, UpdateRecord record, Action<string, int, int> progress)
{
    private readonly CertificateQuestions _questions = new(grains, $"{record.Base!.Model}@{record.Base.Version}", record.Base.Content);

    private string Base => $"{record.Base!.Model}@{record.Base.Version}";

    /// <summary>Writes the certificate of branches; its time is left open.</summary>
    /// <exception cref="HermesException">A question could not be answered.</exception>
    public async Task<UpdateCertificate> ExamineBranchesAsync(IReadOnlyList<DeviceDescription> devices, CancellationToken cancellationToken)
    {
        var content = record.Base!.Content;
        var remarks = record.Conflicts.Where(c => c.NeedsAcceptance).Select(c => $"Accepted: {c.Sentence}").ToList();
        var old = await OldQuestionsAsync(remarks, cancellationToken);
        var before = await AskAsync(old, "before", cancellationToken);
        var measured = await MeasureAsync(remarks, cancellationToken);
        var after = await AskAsync(old, "after", cancellationToken);
        ProbedAnswer[] probes = [.. old.Select((question, i) => new ProbedAnswer(question.Group.Name, question.Case, before[i], after[i]))];
        if (probes.Length == 0)
        {
            remarks.Add("No old prompt group could be asked about anything.");
        }

        remarks.AddRange(probes.Where(p => !p.IsEqual).Select(p => $"The prompt group '{p.Group}' answers {p.Case} differently."));
        return Certificate(devices, measured, remarks) with { Probes = probes, IsGranted = probes.Length > 0 && probes.All(p => p.IsEqual) };
    }

    /// <summary>Writes the certificate of a new trunk; its time is left open.</summary>
    /// <exception cref="HermesException">A question could not be answered.</exception>
    public async Task<UpdateCertificate> ExamineTrunkAsync(IReadOnlyList<DeviceDescription> devices, CancellationToken cancellationToken)
    {
        var remarks = new List<string>();
        var tolerance = record.Request!.Tolerance;
        var changes = await ChangesAsync(remarks, cancellationToken);
        var measured = await MeasureAsync(remarks, cancellationToken);
        foreach (var change in changes)
        {
            if (!change.IsEnough)
            {
                remarks.Add($"{change.Task} occurs in {change.Cases} cases that nothing was learned from; of fewer than {PairedBootstrap.FewestCases} nothing is said.");
            }
            else if (!change.IsWithin(tolerance))
            {
                remarks.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{change.Task} goes from {change.Before:0.000} to {change.After:0.000} ({change.Difference:+0.000;-0.000;0.000}, at least {change.LowerBound:+0.000;-0.000;0.000} with 95 % confidence), which is beyond the tolerance of {tolerance:0.###}."));
            }
        }

        var groups = record.Base!.Content.Groups().ToDictionary(g => g.Name, StringComparer.Ordinal);
        return Certificate(devices, measured, remarks) with
        {
            NewTrunk = record.NewTrunk()!.Learned!.Package.Sha256,
            Tolerance = tolerance,
            Changes = [.. changes.Select(c => new TaskChange(
                groups.Values.First(g => g.Labels.Any(l => l.Task == c.Task)).Name, c.Task, c.Cases, c.Before, c.After, c.Difference, c.LowerBound))],
            IsGranted = changes.Count > 0 && changes.All(c => !c.IsEnough || c.IsWithin(tolerance)),
            NeedsAcceptance = groups.Values.SelectMany(g => g.Labels).Any(l => changes.All(c => c.Task != l.Task || !c.IsEnough)),
        };
    }

    private UpdateCertificate Certificate(IReadOnlyList<DeviceDescription> devices, IReadOnlyList<MeasuredTask> measured, IReadOnlyList<string> remarks) => new()
    {
        Update = update,
        Base = Base,
        BaseDigest = record.Base!.Content.Digest(),
        Trunk = record.Base.Content.Package.Sha256,
        FrozenBranches = [.. record.Base.Content.Branches.Select(b => b.Package.Sha256)],
        NewBranches = [.. record.Branches.Select(b => b.Learned!.Package.Sha256)],
        Probes = [],
        NewTasks = measured,
        Devices = [.. devices.Select(d => $"{d.Key}: {d.Kind}, {d.Threads} threads").Order(StringComparer.Ordinal)],
        IsGranted = false,
        Remarks = remarks,
        At = default,
    };

    // Old tasks by the old version and by the new, on the same cases: those of the split test, which choose no checkpoint.
    private async Task<List<DiceChange>> ChangesAsync(List<string> remarks, CancellationToken cancellationToken)
    {
        var content = record.Content();
        var now = new CertificateQuestions(grains, Base, content);
        var pairs = new List<(string Task, DicePair Pair)>();
        foreach (var (group, dataset, branch) in _questions.OldGroups(record.Base!.Datasets))
        {
            var same = content.Groups().FirstOrDefault(g => g.Name == group.Name);
            var cases = dataset is null || same is null ? [] : await _questions.HeldApartAsync(dataset, cancellationToken);
            if (cases.Count == 0)
            {
                remarks.Add($"The prompt group '{group.Name}' has no labelled cases of the split test, so what became of it cannot be said.");
            }

            foreach (var (one, done) in cases.Select((c, i) => (c, i)))
            {
                progress(Phases.Validate, done, cases.Count);
                var before = await _questions.AnswerAsync(_questions.Ask(group, branch, one, probe: null), clock, cancellationToken);
                var after = await now.AnswerAsync(now.Ask(same!, content.Branches.FirstOrDefault(b => b.Group.Name == group.Name), one, probe: null), clock, cancellationToken);
                pairs.AddRange(
                    from old in before.Tasks
                    join later in after.Tasks on old.Task equals later.Task
                    where old.Agreement?.Dice is not null && later.Agreement?.Dice is not null
                    select (old.Task, new DicePair($"{dataset!.Dataset}/{one.CaseId}", old.Agreement!.Dice!.Value, later.Agreement!.Dice!.Value)));
            }
        }

        // A task that two groups share is measured by the first.
        return [.. pairs.GroupBy(p => p.Task, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => PairedBootstrap.Compare(g.Key, g.Select(p => p.Pair).DistinctBy(p => p.Case), unchecked((ulong)record.Request!.Seed)))];
    }

    private async Task<List<OldQuestion>> OldQuestionsAsync(List<string> remarks, CancellationToken cancellationToken)
    {
        var questions = new List<OldQuestion>();
        foreach (var (group, dataset, branch) in _questions.OldGroups(record.Base!.Datasets))
        {
            if (record.Datasets.Any(d => d.Dataset == branch?.Dataset.Dataset))
            {
                remarks.Add($"The prompt group '{group.Name}' is learned anew with more cases; it is measured, not compared by bits.");
                continue;
            }

            var (asked, cases) = (dataset, await _questions.ProbeCasesAsync(dataset, cancellationToken));
            if (cases.Count == 0)
            {
                // Withdrawn, or learned elsewhere. Equal bits are equal bits, whatever is in the image.
                (asked, cases) = (record.Datasets[0], await _questions.ProbeCasesAsync(record.Datasets[0], cancellationToken));
                remarks.Add($"The prompt group '{group.Name}' has no cases on this platform, so it was asked about those of {asked.Dataset}.");
            }

            questions.AddRange(cases.Select(c => new OldQuestion(group, branch, $"{asked!.Dataset}/{c.CaseId}", c)));
        }

        return questions;
    }

    private async Task<List<string>> AskAsync(List<OldQuestion> old, string when, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var question in old)
        {
            progress(Phases.Probe, found.Count, old.Count);
            var answer = await _questions.AnswerAsync(_questions.Ask(question.Group, question.Branch, question.Record, $"{update}/{record.Round}/{when}"), clock, cancellationToken);
            found.Add(answer.LabelMap!.Sha256);
        }

        return found;
    }

    private async Task<List<MeasuredTask>> MeasureAsync(List<string> remarks, CancellationToken cancellationToken)
    {
        var content = record.Content();
        var measured = new List<MeasuredTask>();
        foreach (var dataset in record.Datasets.Concat(record.Branches.Select(b => b.Dataset)).Distinct())
        {
            var cases = await _questions.MeasuredCasesAsync(dataset, cancellationToken);
            if (cases is [{ Split: Split.Train }, ..])
            {
                remarks.Add($"{dataset.Dataset} has labelled cases of the split train only, so its tasks were measured on cases they were learned from.");
            }

            var found = await DiceAsync(content, dataset, cases, cancellationToken);
            var baseline = record.Trunks.FirstOrDefault(t => t.Scope == TrunkScope.Fresh && t.Datasets[0] == dataset)?.Learned is { } own
                ? (await DiceAsync(own, dataset, cases, cancellationToken)).ToDictionary(t => t.Task, t => t.Dice, StringComparer.Ordinal)
                : null;
            measured.AddRange(found.Select(t => new MeasuredTask(t.Task, t.Dice, t.Cases, cases[0].Split, baseline?.GetValueOrDefault(t.Task))));
        }

        return measured;
    }

    private async Task<IReadOnlyList<TaskSummary>> DiceAsync(
        ModelVersionContent content, PinnedDataset dataset, List<CaseRecord> cases, CancellationToken cancellationToken)
    {
        var questions = new CertificateQuestions(grains, Base, content);
        var name = dataset.Dataset[(dataset.Dataset.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var group = content.Groups().First(g => g.Name == name);
        var branch = content.Branches.FirstOrDefault(b => b.Group.Name == name);
        var scores = new List<TaskScore>();
        foreach (var (one, done) in cases.Select((c, i) => (c, i)))
        {
            progress(Phases.Validate, done, cases.Count);
            var answer = await questions.AnswerAsync(questions.Ask(group, branch, one, probe: null), clock, cancellationToken);
            scores.AddRange(answer.Tasks.Where(t => t.Agreement is not null)
                .Select(t => new TaskScore(t.Task, t.Agreement!.Dice, t.Agreement.ReferenceMl, t.Agreement.FalsePositiveMl, t.Agreement.FalseNegativeMl)));
        }

        return DiceSummary.Of(scores).Tasks;
    }

    private sealed record OldQuestion(PromptGroup Group, ModelBranch? Branch, string Case, CaseRecord Record);
}
