using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Models;

namespace Hermes.Grains.Priors;

/// <summary>What is known of a model version since it was made; it never changes afterwards.</summary>
/// <param name="Dice">
/// How well each task is found: of the trunk what the validation of its run says; of a branch what the certificate of its update measured on cases that were not
/// learned from, else what the validation of its run says.
/// </param>
/// <param name="Drawn">Tasks of branches whose priors began at random, and the update that brought them.</param>
internal sealed record VersionEvidence(IReadOnlyDictionary<string, TaskDice> Dice, IReadOnlyDictionary<string, string> Drawn)
{
    /// <summary>Asks the runs and updates that made a version.</summary>
    public static async Task<VersionEvidence> OfAsync(IGrainFactory grains, ModelStatus model, ModelVersion version, CancellationToken cancellationToken)
    {
        var (dice, drawn) = (new Dictionary<string, TaskDice>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        Validated(await version.TrunkRunAsync(grains, cancellationToken), version.Run);
        foreach (var branch in version.Content.Branches)
        {
            if (await UpdateAsync(grains, model, branch, cancellationToken) is { } update)
            {
                var measured = (update.Certificate?.NewTasks ?? []).Where(t => t.Dice is not null && t.Split != Split.Train);
                foreach (var task in measured.Where(t => branch.Group.Labels.Any(l => l.Task == t.Task)))
                {
                    dice.TryAdd(task.Task, new TaskDice(task.Dice!.Value, task.Cases, task.Split, null, update.Name));
                }

                var learned = update.Branches.First(b => IsOf(b, branch));
                Validated(await grains.GetGrain<IRunGrain>(learned.Run).GetAsync(cancellationToken), learned.Run);
                foreach (var task in branch.Tasks.Where(t => !learned.InitialPriors.ContainsKey(t)))
                {
                    drawn.TryAdd(task, update.Name);
                }
            }
        }

        return new VersionEvidence(dice, drawn);

        void Validated(RunStatus? status, string run)
        {
            // The package is made of the best checkpoint.
            foreach (var task in (status?.Checkpoints.Best()?.Tasks ?? []).Where(t => t.Dice is not null))
            {
                dice.TryAdd(task.Task, new TaskDice(task.Dice!.Value, task.Cases, Split.Validation, run, null));
            }
        }
    }

    // That of the first promotion that served the branch. A promotion may have come of a command, too: then no update of its name learned the branch.
    private static async Task<UpdateStatus?> UpdateAsync(IGrainFactory grains, ModelStatus model, ModelBranch branch, CancellationToken cancellationToken)
    {
        var first = model.Promotions.FirstOrDefault(p => p.To > 0 && model.Versions[p.To - 1].Content.Branches.Any(b => b.Package == branch.Package));
        if (first is null || !Names.IsValid(first.Id))
        {
            return null;
        }

        var update = await grains.GetGrain<IUpdateGrain>(first.Id).GetAsync(cancellationToken);
        return update.Branches.Any(b => IsOf(b, branch)) ? update : null;
    }

    private static bool IsOf(UpdateBranch learned, ModelBranch branch) => learned.Learned?.Package == branch.Package;
}
