using System.Globalization;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Seams;
using Orleans.Concurrency;

namespace Hermes.Grains.Updates;

/// <inheritdoc cref="IUpdatePreviewGrain"/>
[StatelessWorker]
public sealed class UpdatePreviewGrain(ICatalogStore catalog, IBlobStore blobs) : Grain, IUpdatePreviewGrain
{
    private const double FoundAlready = 0.7;

    /// <inheritdoc/>
    public async Task<UpdatePreview> LookAsync(UpdateRequest request, bool ask, CancellationToken cancellationToken)
    {
        var terms = await UpdateTerms.OfAsync(request, GrainFactory, catalog, blobs, cancellationToken);
        var outlook = await Outlook.ReadAsync(GrainFactory, terms.From, terms.Datasets, cancellationToken);
        var evidence = new PriorEvidence(GrainFactory, terms.From);
        var (structures, conflicts, remarks) = (new List<NewStructure>(), outlook.Conflicts().ToList(), outlook.Remarks.ToList());
        var (questions, answered, waiting) = (0, 0, 0);
        foreach (var added in outlook.New)
        {
            var seen = await evidence.LookAsync(added, outlook.Old, ask, cancellationToken);
            structures.AddRange(evidence.Structures(added, outlook.Old, seen.Answers));
            conflicts.AddRange(ConflictRules.OfAnswers(added, seen.Answers));
            remarks.AddRange(seen.Failures);
            (questions, answered, waiting) = (questions + seen.Questions, answered + seen.Answers.Count, waiting + seen.Waiting);
        }

        var seconds = terms.Steps * terms.Pace.Seconds;
        var (recommended, reason) = Recommend(structures.FindAll(s => s.Cases > 0));
        var devices = await GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass).ListDevicesAsync(cancellationToken);
        return new UpdatePreview
        {
            Base = $"{terms.From.Model}@{terms.From.Version}",
            Branches = request.MakesTrunk ? [] : [.. terms.Datasets.Select(d => new BranchEstimate(
                d, terms.Steps, seconds, terms.From.Content.Branches.FirstOrDefault(b => b.Policy == UpdateRuns.Owns(request.Policy))?.Parameters))],
            Estimate = request.MakesTrunk && seconds is { } whole
                ? string.Create(CultureInfo.InvariantCulture, $"{terms.Pace.Estimate} A new trunk of {terms.Steps} steps takes about {whole:0} s.")
                : terms.Pace.Estimate,
            Devices = [.. devices.Select(d => $"{d.Key}: {d.Kind}, {d.Threads} threads").Order(StringComparer.Ordinal)],
            Structures = structures,
            Conflicts = conflicts,
            MayMove = request.MakesTrunk ? [.. terms.From.Content.Groups().SelectMany(g => g.Labels).Select(l => l.Task).Distinct(StringComparer.Ordinal)] : [],
            Recommended = recommended,
            Reason = reason,
            Questions = questions,
            Answered = answered,
            Waiting = waiting,
            Remarks = remarks,
            Datasets = terms.Datasets,
        };
    }

    private static (BranchPolicy Policy, string Reason) Recommend(IReadOnlyList<NewStructure> structures)
    {
        var hardest = structures.MinBy(s => Best(s)?.Dice ?? 0);
        return hardest is null
            ? (BranchPolicy.Priors, "Every structure has a prior already.")
            : structures.All(s => s.Nearest.All(n => n.Dice is null))
                ? (BranchPolicy.Branch, "No old prompt was asked about the new structures, and a branch learns also what no prior could pick out.")
                : Best(hardest) is { Dice: >= FoundAlready } found
                    ? (BranchPolicy.Priors, string.Create(
                        CultureInfo.InvariantCulture,
                        $"The trunk finds every new structure, {hardest.Task} worst (as {found.Task}, Dice {found.Dice:0.000}): priors that begin as the nearest ones do."))
                    : (BranchPolicy.Branch, Best(hardest) is { } best
                        ? string.Create(CultureInfo.InvariantCulture, $"No prompt of the trunk finds {hardest.Task} well (the nearest, {best.Task}, with Dice {best.Dice:0.000}), so a prior alone would not pick it out.")
                        : $"No prompt of the trunk finds {hardest.Task}, so a prior alone would not pick it out.");
    }

    private static NearPrior? Best(NewStructure structure) => structure.Nearest.FirstOrDefault(n => n.Task == structure.InitialTask && n.IsTrunk);
}
