using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Updates;

/// <summary>Writes down what the branches of an update are made of.</summary>
internal sealed class RecipeBook(IGrainFactory grains)
{
    /// <summary>A branch for every dataset of the update, none learned yet.</summary>
    public async Task<IReadOnlyList<UpdateBranch>> WriteAsync(UpdateRecord record, CancellationToken cancellationToken)
    {
        var branches = new List<UpdateBranch>();
        foreach (var dataset in record.Datasets)
        {
            var declaration = await DeclarationAsync(dataset, cancellationToken);
            var initial = record.Request!.InitialTask is not { } like
                ? []
                : declaration.Labels.Select(l => l.Task).Where(t => !record.Base!.Content.Tasks.Contains(t)).ToDictionary(t => t, _ => like, StringComparer.Ordinal);
            var digest = new BranchRecipe(record.Base!.Content.Package.Sha256, declaration, await CertificateQuestions.CasesAsync(grains, dataset, cancellationToken))
            {
                Policy = record.Request.Policy,
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
}
