using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Updates;

/// <summary>Writes down what the branches of an update are made of.</summary>
internal sealed class RecipeBook(IGrainFactory grains)
{
    /// <summary>A branch for every dataset of the update, none learned yet.</summary>
    /// <exception cref="HermesException">A dataset cannot be read, or what its nearest priors are cannot be found out.</exception>
    public async Task<IReadOnlyList<UpdateBranch>> WriteAsync(UpdateRecord record, TimeProvider clock, CancellationToken cancellationToken)
    {
        var branches = new List<UpdateBranch>();
        foreach (var dataset in record.Datasets)
        {
            var learned = await LearnedDataset.ReadAsync(grains, dataset, cancellationToken);
            var initial = await InitialPriorsAsync(record, learned, clock, cancellationToken);
            var digest = new BranchRecipe(record.Base!.Content.Package.Sha256, learned.Declaration, learned.Cases)
            {
                Policy = record.Request!.Policy,
                Steps = record.Steps,
                Seed = record.Request.Seed,
                InitialPriors = initial,
            }.Digest();
            branches.Add(new UpdateBranch
            {
                Dataset = dataset,
                Run = BranchRecipe.RunOf(digest),
                Steps = record.Steps,
                InitialPriors = initial,
                Seed = BranchRecipe.SeedOf(digest),
            });
        }

        return branches;
    }

    /// <summary>What was said of a dataset when it was added.</summary>
    public async Task<DatasetDeclaration> DeclarationAsync(PinnedDataset dataset, CancellationToken cancellationToken) =>
        (await grains.GetGrain<IDatasetGrain>(dataset.Dataset).GetAsync(cancellationToken)).Declaration!;

    private async Task<IReadOnlyDictionary<string, string>> InitialPriorsAsync(
        UpdateRecord record, LearnedDataset learned, TimeProvider clock, CancellationToken cancellationToken) => record.Request! switch
    {
        { NearestPriors: true } => await new PriorEvidence(grains, record.Base!).NearestOfTrunkAsync(learned, clock, cancellationToken),
        { InitialTask: { } like } => learned.Declaration.Labels.Select(l => l.Task).Where(t => !record.Base!.Content.Tasks.Contains(t))
            .ToDictionary(t => t, _ => like, StringComparer.Ordinal),
        _ => new Dictionary<string, string>(),
    };
}
