using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Imaging.Evaluation;

namespace Hermes.Grains.Updates;

/// <summary>
/// Examines an update before it is served: every old prompt group is asked, then the new ones, then the old ones again, all through the worker that
/// serves users; the answers to old groups must be the same files.
/// </summary>
internal sealed class Examiner(IGrainFactory grains, TimeProvider clock, string update, UpdateRecord record, Action<string, int, int> progress)
{
    private readonly CertificateQuestions _questions = new(grains, $"{record.Base!.Model}@{record.Base.Version}", record.Base.Content);

    /// <summary>Writes the certificate; its time is left open.</summary>
    /// <exception cref="HermesException">A question could not be answered.</exception>
    public async Task<UpdateCertificate> ExamineAsync(IReadOnlyList<DeviceDescription> devices, CancellationToken cancellationToken)
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
        return new UpdateCertificate
        {
            Update = update,
            Base = $"{record.Base.Model}@{record.Base.Version}",
            BaseDigest = content.Digest(),
            Trunk = content.Package.Sha256,
            FrozenBranches = [.. content.Branches.Select(b => b.Package.Sha256)],
            NewBranches = [.. record.Branches.Select(b => b.Learned!.Package.Sha256)],
            Probes = probes,
            NewTasks = measured,
            Devices = [.. devices.Select(d => $"{d.Key}: {d.Kind}, {d.Threads} threads").Order(StringComparer.Ordinal)],
            IsGranted = probes.Length > 0 && probes.All(p => p.IsEqual),
            Remarks = remarks,
            At = default,
        };
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

            var cases = await _questions.ProbeCasesAsync(dataset, cancellationToken);
            if (cases.Count == 0)
            {
                remarks.Add($"The prompt group '{group.Name}' has no cases on this platform to be asked about.");
            }

            questions.AddRange(cases.Select(c => new OldQuestion(group, branch, $"{dataset!.Dataset}/{c.CaseId}", c)));
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
        var measured = new List<MeasuredTask>();
        foreach (var branch in record.Branches)
        {
            var learned = branch.Learned!;
            var cases = await _questions.MeasuredCasesAsync(branch.Dataset, cancellationToken);
            var scores = new List<TaskScore>();
            foreach (var one in cases)
            {
                progress(Phases.Validate, scores.Count / learned.Group.Labels.Count, cases.Count);
                var answer = await _questions.AnswerAsync(_questions.Ask(learned.Group, learned, one, probe: null), clock, cancellationToken);
                scores.AddRange(answer.Tasks.Where(t => t.Agreement is not null)
                    .Select(t => new TaskScore(t.Task, t.Agreement!.Dice, t.Agreement.ReferenceMl, t.Agreement.FalsePositiveMl, t.Agreement.FalseNegativeMl)));
            }

            if (cases is [{ Split: Split.Train }, ..])
            {
                remarks.Add($"{branch.Dataset.Dataset} has labelled cases of the split train only, so its tasks were measured on cases they were learned from.");
            }

            measured.AddRange(DiceSummary.Of(scores).Tasks.Select(t => new MeasuredTask(t.Task, t.Dice, t.Cases, cases[0].Split)));
        }

        return measured;
    }

    private sealed record OldQuestion(PromptGroup Group, ModelBranch? Branch, string Case, CaseRecord Record);
}
