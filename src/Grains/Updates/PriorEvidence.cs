using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Updates;

/// <summary>
/// What old priors find of new structures: old groups are asked about a few new training cases, through the worker that serves users, and every task of theirs
/// is compared with every new label. Names say nothing.
/// </summary>
internal sealed class PriorEvidence(IGrainFactory grains, ModelVersion from)
{
    private const int CasesPerDataset = 3;
    private const int Shown = 3;
    private const double LeastDice = 0.05;

    private readonly CertificateQuestions _questions = new(grains, $"{from.Model}@{from.Version}", from.Content);

    /// <summary>What is answered by now, asked first or not.</summary>
    public async Task<(IReadOnlyList<PriorAnswer> Answers, int Questions, int Waiting, IReadOnlyList<string> Failures)> LookAsync(
        LearnedDataset added, IReadOnlyList<OldGroup> old, bool ask, CancellationToken cancellationToken)
    {
        var (answers, failures, questions, waiting) = (new List<PriorAnswer>(), new List<string>(), 0, 0);
        foreach (var (group, one, request) in Questions(added, old))
        {
            questions++;
            var grain = grains.GetGrain<ISegmentationGrain>(request.Key());
            var status = ask ? await grain.AskAsync(request, cancellationToken) : await grain.GetAsync(cancellationToken);
            switch (status)
            {
                case { State: SegmentationState.Completed, Result: { } result }:
                    answers.Add(new PriorAnswer(added, group, one, result));
                    break;
                case { State: SegmentationState.Queued or SegmentationState.Running }:
                    waiting++;
                    break;
                case { State: SegmentationState.Failed or SegmentationState.Cancelled }:
                    failures.Add($"The prompt group '{group.Group.Name}' could not be asked about {one.CaseId}: {status.Cause?.Message ?? "it was cancelled."}");
                    break;
            }
        }

        return (answers, questions, waiting, failures);
    }

    /// <summary>The task of the trunk whose prior each new one begins as; those that nothing comes near are left out. Equal answers give equal tasks.</summary>
    /// <exception cref="HermesException">A question could not be answered.</exception>
    public async Task<IReadOnlyDictionary<string, string>> NearestOfTrunkAsync(LearnedDataset added, TimeProvider clock, CancellationToken cancellationToken)
    {
        IReadOnlyList<OldGroup> trunk = [.. from.Content.PromptGroups.Select(g => new OldGroup(g, null, null))];
        var answers = new List<PriorAnswer>();
        foreach (var (group, one, request) in Questions(added, trunk))
        {
            answers.Add(new PriorAnswer(added, group, one, await _questions.AnswerAsync(request, clock, cancellationToken)));
        }

        return Structures(added, trunk, answers).Where(s => s.InitialTask is not null).ToDictionary(s => s.Task, s => s.InitialTask!, StringComparer.Ordinal);
    }

    /// <summary>Every structure that gets a prior of its own, with the old tasks that come nearest.</summary>
    public IReadOnlyList<NewStructure> Structures(LearnedDataset added, IReadOnlyList<OldGroup> old, IReadOnlyList<PriorAnswer> answers) =>
    [
        .. added.Declaration.Labels.Where(l => !from.Content.Tasks.Contains(l.Task)).Select(label =>
        {
            var volumes = added.VolumesMl(label);
            var near = Near(added, label, volumes, old, answers);
            var initial = near.Find(n => n is { IsTrunk: true, Dice: > LeastDice });
            return new NewStructure
            {
                Task = label.Task,
                Dataset = added.Pin.Dataset,
                Cases = volumes.Count,
                VolumeMl = volumes.Count > 0 ? volumes.Average() : null,
                Nearest = [.. near.Where((n, place) => place < Shown || n == initial)],
                InitialTask = initial?.Task,
            };
        }),
    ];

    private static List<NearPrior> Near(
        LearnedDataset added, LabelEntry label, IReadOnlyList<double> volumes, IReadOnlyList<OldGroup> old, IReadOnlyList<PriorAnswer> answers) =>
    [
        .. old.SelectMany(group => group.Group.Labels.Select(known =>
            {
                List<PriorAnswer> asked = [.. answers.Where(a => a.Group.Group.Name == group.Group.Name && a.Case.Facts.LabelVolumesMl.GetValueOrDefault(label.Value) > 0)];
                var theirs = group.Dataset?.Declaration.Labels.FirstOrDefault(l => l.Task == known.Task) is { } entry ? group.Dataset.VolumesMl(entry) : [];
                return new NearPrior
                {
                    Task = known.Task,
                    IsTrunk = group.Branch is null,
                    IsSameModality = group.Group.Modality == added.Declaration.Modality,
                    Dice = asked.Count > 0 ? asked.Average(a => a.Overlap(known.Task, label)?.Dice ?? 0) : null,
                    Cases = asked.Count,
                    VolumeMl = theirs.Count > 0 ? theirs.Average() : null,
                    VolumeOverlap = theirs.Count > 0 && volumes.Count > 0 ? volumes.Count(v => v >= theirs[0] && v <= theirs[^1]) / (double)volumes.Count : null,
                };
            }))
            .OrderByDescending(n => n.Dice > LeastDice).ThenByDescending(n => n.IsSameModality).ThenByDescending(n => n.Dice)
            .ThenByDescending(n => n.Dice is null ? n.VolumeOverlap : null).ThenBy(n => n.Task, StringComparer.Ordinal).ThenByDescending(n => n.IsTrunk),
    ];

    // The cases with the most structures, so that few of them show all.
    private IEnumerable<(OldGroup Group, CaseRecord Case, SegmentationRequest Request)> Questions(LearnedDataset added, IReadOnlyList<OldGroup> old) =>
        from one in added.Labelled.Where(c => c.Split == Split.Train)
            .OrderByDescending(c => c.Facts.LabelVolumesMl.Count).ThenBy(c => c.CaseId, StringComparer.Ordinal).Take(CasesPerDataset)
        from @group in old
        select (@group, one, _questions.Ask(@group.Group, @group.Branch, one, probe: null) with
        {
            ReferenceLabels = [.. added.Declaration.Labels.Select(l => new PromptLabel(l.Value, l.Task))],
            AgainstEach = true,
        });
}

/// <summary>What an old group answered to a new case.</summary>
internal sealed record PriorAnswer(LearnedDataset Dataset, OldGroup Group, CaseRecord Case, SegmentationResult Result)
{
    /// <summary>What an old task and a new label have in common; null where they do not meet.</summary>
    public TaskOverlap? Overlap(string task, LabelEntry label) => Result.Overlaps.FirstOrDefault(o => o.Task == task && o.Reference == label.Task);
}
