using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Models;
using Hermes.Grains.Runs;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Updates;

/// <summary>What an update binds itself to before it begins; whoever only wants to know what it would be gets the same refusals.</summary>
/// <param name="From">The version it grows from.</param>
/// <param name="Datasets">The dataset versions it learns, in the order of their keys.</param>
/// <param name="Steps">Optimiser steps of each branch, or of the new trunk; null where nobody chose and those of the trunk are not known.</param>
/// <param name="Pace">How long a step takes.</param>
internal sealed record UpdateTerms(ModelVersion From, IReadOnlyList<PinnedDataset> Datasets, int? Steps, StepTime Pace)
{
    /// <summary>What a request comes to now.</summary>
    /// <exception cref="HermesException">
    /// The base version or a dataset is unknown or not ready, the model learned a dataset already, or it is not known how many steps there are in a time.
    /// </exception>
    public static async Task<UpdateTerms> OfAsync(
        UpdateRequest request, IGrainFactory grains, ICatalogStore catalog, IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (request.Datasets.Count == 0 || !(request.Tolerance is >= 0 and <= 1))
        {
            throw new HermesException("An update needs at least one dataset, and a tolerance is a Dice, 0 to 1.");
        }

        UpdateBudget.Require(request.Steps, request.Minutes);

        if (request.MakesTrunk && (request.NearestPriors || request.InitialTask is not null))
        {
            throw new HermesException("How priors begin is chosen for branches; a new trunk draws those that the old one lacks.");
        }

        if (request is { NearestPriors: true, InitialTask: not null })
        {
            throw new HermesException("New priors begin as the nearest ones or as that of one task, not both.", hint: "Name the task, or ask for the nearest.");
        }

        var from = await grains.GetGrain<IModelGrain>(Names.Require(request.Model, "model")).ResolveAsync(request.Version, cancellationToken);
        var pinned = await new RunInputs(grains, catalog, blobs).PinAsync(request.Datasets, cancellationToken);
        await RequireNewAsync(from, request.MakesTrunk ? [] : pinned, grains, cancellationToken);
        if (request.MakesTrunk)
        {
            await RequireTeachersAsync(from, grains, cancellationToken);
        }

        if (request.InitialTask is { } like && !from.Content.Tasks.Contains(like))
        {
            throw new HermesException($"The trunk of {from.Model}@{from.Version} does not know the task '{like}'.", hint: $"It knows {string.Join(", ", from.Content.Tasks)}.");
        }

        // A clock is no part of a recipe: a time is a number of steps from here on.
        var pace = await StepTime.OfAsync(from, request.MakesTrunk, grains, cancellationToken);
        var steps = request.Minutes is { } minutes ? pace.StepsIn(minutes) : request.Steps ?? await QuarterOfTrunkAsync(from, grains, cancellationToken);
        return new UpdateTerms(from, pinned, steps, pace);
    }

    /// <summary>The steps, which an update cannot do without.</summary>
    /// <exception cref="HermesException">They are not known.</exception>
    public int RequireSteps() => Steps ?? throw new HermesException(
        $"How many steps the trunk of {From.Model}@{From.Version} was trained for is not known.", hint: "Give the number of steps.");

    // A group that the trunk was trained with is answered by the trunk for ever; only another trunk learns it anew.
    private static async Task RequireNewAsync(ModelVersion from, IReadOnlyList<PinnedDataset> pinned, IGrainFactory grains, CancellationToken cancellationToken)
    {
        foreach (var dataset in pinned)
        {
            var name = (await new RecipeBook(grains).DeclarationAsync(dataset, cancellationToken)).Name;
            if (from.Content.PromptGroups.Any(g => g.Name == name))
            {
                throw new HermesException($"The trunk of {from.Model}@{from.Version} was trained with the prompt group '{name}' already.", hint: "Add the dataset under another name.");
            }

            if (from.Content.Branches.Any(b => b.Dataset == dataset))
            {
                throw new HermesException($"{from.Model}@{from.Version} has a branch of {dataset.Dataset}@{dataset.Version} already.", hint: "Update it when the dataset has new cases.");
            }
        }
    }

    // An imported trunk learned from datasets that are not here.
    private static async Task RequireTeachersAsync(ModelVersion from, IGrainFactory grains, CancellationToken cancellationToken)
    {
        foreach (var (group, dataset, _) in new CertificateQuestions(grains, from.Model, from.Content).OldGroups(from.Datasets))
        {
            if (dataset is null || (await grains.GetGrain<IDatasetGrain>(dataset.Dataset).GetAsync(cancellationToken)).State == DatasetState.Absent)
            {
                throw new HermesException(
                    $"{from.Model}@{from.Version} learned the prompt group '{group.Name}' from a dataset that is not on this platform; a new trunk could not learn it again.",
                    hint: "Learn a branch, which changes nothing of what is there.");
            }
        }
    }

    private static async Task<int?> QuarterOfTrunkAsync(ModelVersion from, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var trunk = await from.TrunkRunAsync(grains, cancellationToken);
        return trunk is null || trunk.StepsTotal == 0 ? null : trunk.Request?.Trunk is null ? Math.Max(1, trunk.StepsTotal / 4) : trunk.StepsTotal;
    }
}
