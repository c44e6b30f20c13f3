using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Updates;

/// <summary>Writes down what the branches and trunks of an update are made of.</summary>
internal sealed class RecipeBook(IGrainFactory grains)
{
    /// <summary>A branch for every dataset, none learned yet.</summary>
    /// <param name="record">The update.</param>
    /// <param name="trunk">The trunk that they stand on.</param>
    /// <param name="datasets">The datasets, each with what its branch is to own besides priors.</param>
    /// <param name="clock">The time, for questions about near priors.</param>
    /// <param name="cancellationToken">Stops reading cases.</param>
    /// <exception cref="HermesException">A dataset cannot be read, or what its nearest priors are cannot be found out.</exception>
    public async Task<IReadOnlyList<UpdateBranch>> BranchesAsync(
        UpdateRecord record, ModelVersionContent trunk, IEnumerable<(PinnedDataset Dataset, BranchPolicy Policy)> datasets, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var branches = new List<UpdateBranch>();
        foreach (var (dataset, policy) in datasets)
        {
            var learned = await LearnedDataset.ReadAsync(grains, dataset, cancellationToken);
            var initial = await InitialPriorsAsync(record, learned, clock, cancellationToken);
            var digest = new BranchRecipe(trunk.Package.Sha256, learned.Declaration, learned.Cases)
            {
                Policy = policy,
                Steps = record.Steps,
                Seed = record.Request!.Seed,
                InitialPriors = initial,
            }.Digest();
            branches.Add(new UpdateBranch
            {
                Dataset = dataset,
                Run = BranchRecipe.RunOf(digest),
                Steps = record.Steps,
                InitialPriors = initial,
                Seed = BranchRecipe.SeedOf(digest),
                Policy = policy,
            });
        }

        return branches;
    }

    /// <summary>The new trunk if the update makes one, from the datasets of the old trunk, of its branches and the new; and networks to compare with.</summary>
    public async Task<IReadOnlyList<UpdateTrunk>> TrunksAsync(UpdateRecord record, CancellationToken cancellationToken)
    {
        var trunks = new List<UpdateTrunk>();
        if (record.Request!.MakesTrunk)
        {
            var old = record.Base!.Datasets.Concat(record.Base.Content.Branches.Select(b => b.Dataset));
            var all = new List<PinnedDataset>();
            foreach (var dataset in record.Datasets.Concat(old.Reverse()).DistinctBy(d => d.Dataset).OrderBy(d => d.Dataset, StringComparer.Ordinal))
            {
                // What was withdrawn teaches nobody any more; its prompt group goes.
                if (!await IsAnyWithdrawnAsync([dataset], cancellationToken))
                {
                    all.Add(dataset);
                }
            }

            trunks.Add(await TrunkAsync(record, record.Request.Policy == UpdatePolicy.Full ? TrunkScope.Full : TrunkScope.Decoder, all, cancellationToken));
        }

        foreach (var dataset in record.Request.Baseline ? record.Datasets : [])
        {
            trunks.Add(await TrunkAsync(record, TrunkScope.Fresh, [dataset], cancellationToken));
        }

        return trunks;
    }

    /// <summary>What was said of a dataset when it was added.</summary>
    public async Task<DatasetDeclaration> DeclarationAsync(PinnedDataset dataset, CancellationToken cancellationToken) =>
        (await grains.GetGrain<IDatasetGrain>(dataset.Dataset).GetAsync(cancellationToken)).Declaration!;

    /// <summary>Whether one of some datasets was withdrawn.</summary>
    public async Task<bool> IsAnyWithdrawnAsync(IEnumerable<PinnedDataset> datasets, CancellationToken cancellationToken)
    {
        foreach (var dataset in datasets)
        {
            if ((await grains.GetGrain<IDatasetGrain>(dataset.Dataset).GetAsync(cancellationToken)).State == DatasetState.Withdrawn)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<UpdateTrunk> TrunkAsync(UpdateRecord record, TrunkScope scope, IReadOnlyList<PinnedDataset> datasets, CancellationToken cancellationToken)
    {
        var contents = new List<(DatasetDeclaration, IReadOnlyList<CaseRecord>)>();
        foreach (var dataset in datasets)
        {
            contents.Add((await DeclarationAsync(dataset, cancellationToken), await CertificateQuestions.CasesAsync(grains, dataset, cancellationToken)));
        }

        var digest = new TrunkRecipe(record.Base!.Content.Package.Sha256, scope, record.Steps, record.Request!.Seed) { Datasets = contents }.Digest();
        return new UpdateTrunk { Scope = scope, Datasets = datasets, Run = TrunkRecipe.RunOf(digest), Steps = record.Steps, Seed = BranchRecipe.SeedOf(digest) };
    }

    private async Task<IReadOnlyDictionary<string, string>> InitialPriorsAsync(
        UpdateRecord record, LearnedDataset learned, TimeProvider clock, CancellationToken cancellationToken) => record.Request! switch
    {
        { NearestPriors: true } => await new PriorEvidence(grains, record.Base!).NearestOfTrunkAsync(learned, clock, cancellationToken),
        { InitialTask: { } like } => learned.Declaration.Labels.Select(l => l.Task).Where(t => !record.Base!.Content.Tasks.Contains(t))
            .ToDictionary(t => t, _ => like, StringComparer.Ordinal),
        _ => new Dictionary<string, string>(),
    };
}
