using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Updates;

/// <summary>A run that learns a part of an update.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="What">What it learns, for a sentence.</param>
/// <param name="IsBegun">Whether the update started or resumed it.</param>
/// <param name="IsLearned">Whether its result is noted.</param>
/// <param name="Request">What is asked of it.</param>
internal sealed record UpdateRun(string Name, string What, bool IsBegun, bool IsLearned, RunRequest Request);

/// <summary>The runs of an update, whatever they learn.</summary>
internal static class UpdateRuns
{
    /// <summary>What the branches of a policy own besides priors.</summary>
    public static BranchPolicy Owns(UpdatePolicy policy) => policy == UpdatePolicy.Priors ? BranchPolicy.Priors : BranchPolicy.Branch;

    /// <summary>The trunk on which the update's branches stand; null while a new one is learned.</summary>
    public static BlobRef? Trunk(this UpdateRecord record) => record.Request!.MakesTrunk ? record.NewTrunk()?.Learned?.Package : record.Base!.Content.Package;

    /// <summary>The new trunk, if one is made and its recipe is written down.</summary>
    public static UpdateTrunk? NewTrunk(this UpdateRecord record) => record.Trunks.FirstOrDefault(t => t.Scope != TrunkScope.Fresh);

    /// <summary>All runs that can be asked for by now: branches of a new trunk wait for it.</summary>
    public static IEnumerable<UpdateRun> Runs(this UpdateRecord record) =>
    [
        .. record.Trunks.Select(t => new UpdateRun(
            t.Run,
            t.Scope == TrunkScope.Fresh ? $"a network of its own for {t.Datasets[0].Dataset}" : "the new trunk",
            t.IsBegun,
            t.Learned is not null,
            new RunRequest
            {
                Datasets = [.. t.Datasets.Select(d => d.Dataset)],
                Steps = t.Steps,
                Seed = t.Seed,
                Model = record.Request!.Model,
                Priority = record.Request.Priority,
                Trunk = new TrunkRequest(record.Base!.Content.Package, t.Scope, t.Datasets),
            })),
        .. record.Branches.Count == 0 || record.Trunk() is not { } trunk ? [] : record.Branches.Select(b => new UpdateRun(
            b.Run,
            $"the branch of {b.Dataset.Dataset}",
            b.IsBegun,
            b.Learned is not null,
            new RunRequest
            {
                Datasets = [b.Dataset.Dataset],
                Steps = b.Steps,
                Seed = b.Seed,
                Model = record.Request!.Model,
                Priority = record.Request.Priority,
                Branch = new BranchRequest(trunk, b.Dataset, b.Policy, b.InitialPriors),
            })),
    ];

    /// <summary>The record with a run changed, whatever it learns.</summary>
    public static UpdateRecord With(this UpdateRecord record, string run, Func<UpdateTrunk, UpdateTrunk> trunk, Func<UpdateBranch, UpdateBranch> branch) => record with
    {
        Trunks = [.. record.Trunks.Select(t => t.Run == run ? trunk(t) : t)],
        Branches = [.. record.Branches.Select(b => b.Run == run ? branch(b) : b)],
    };

    /// <summary>The record with a run begun, or not begun.</summary>
    public static UpdateRecord WithBegun(this UpdateRecord record, string run, bool isBegun) =>
        record.With(run, t => t with { IsBegun = isBegun }, b => b with { IsBegun = isBegun });

    /// <summary>What the update would serve if what is live is its base: a new trunk, or the base's, with its branches.</summary>
    public static ModelVersionContent Content(this UpdateRecord record)
    {
        var trunk = record.NewTrunk()?.Learned ?? record.Base!.Content;
        ModelBranch[] learned = [.. record.Branches.Select(b => b.Learned!)];
        var names = learned.Select(b => b.Group.Name).ToHashSet(StringComparer.Ordinal);
        return trunk with
        {
            Branches = [.. trunk.Branches.Where(b => !names.Contains(b.Group.Name)).Concat(learned).OrderBy(b => b.Package.Sha256, StringComparer.Ordinal)],
        };
    }
}
