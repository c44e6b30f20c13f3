using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Updates;

/// <summary>The datasets that a model is to learn beside the prompt groups it knows.</summary>
/// <param name="From">The version that would grow.</param>
/// <param name="New">The new datasets.</param>
/// <param name="Old">The old groups, without those that are to be learned anew.</param>
/// <param name="Remarks">What could not be looked at, in sentences.</param>
internal sealed record Outlook(ModelVersion From, IReadOnlyList<LearnedDataset> New, IReadOnlyList<OldGroup> Old, IReadOnlyList<string> Remarks)
{
    /// <summary>Reads what datasets on both sides say.</summary>
    /// <exception cref="HermesException">A new dataset cannot be read.</exception>
    public static async Task<Outlook> ReadAsync(IGrainFactory grains, ModelVersion from, IReadOnlyList<PinnedDataset> datasets, CancellationToken cancellationToken)
    {
        var (added, old, remarks) = (new List<LearnedDataset>(), new List<OldGroup>(), new List<string>());
        foreach (var dataset in datasets)
        {
            added.Add(await LearnedDataset.ReadAsync(grains, dataset, cancellationToken));
        }

        var groups = new CertificateQuestions(grains, from.Model, from.Content).OldGroups(from.Datasets);
        foreach (var (group, dataset, branch) in groups.Where(g => datasets.All(d => d.Dataset != g.Branch?.Dataset.Dataset)))
        {
            old.Add(new OldGroup(group, branch, await TryReadAsync(grains, group, dataset, remarks, cancellationToken)));
        }

        return new Outlook(from, added, old, remarks);
    }

    /// <summary>What is odd and known without asking anything.</summary>
    public IReadOnlyList<UpdateConflict> Conflicts() => [.. New.SelectMany(d => ConflictRules.OfFacts(d, Old))];

    private static async Task<LearnedDataset?> TryReadAsync(
        IGrainFactory grains, PromptGroup group, PinnedDataset? dataset, List<string> remarks, CancellationToken cancellationToken)
    {
        try
        {
            return dataset is null ? throw new HermesException("its dataset is not known.") : await LearnedDataset.ReadAsync(grains, dataset, cancellationToken);
        }
        catch (HermesException gone) when (!gone.IsPassing)
        {
            remarks.Add($"The new datasets cannot be compared with the cases of the prompt group '{group.Name}': {gone.Message}");
            return null;
        }
    }
}

/// <summary>A prompt group that a model knows.</summary>
/// <param name="Group">The group.</param>
/// <param name="Branch">Its branch, if it is none of the trunk's.</param>
/// <param name="Dataset">What it was learned from, if that can be read.</param>
internal sealed record OldGroup(PromptGroup Group, ModelBranch? Branch, LearnedDataset? Dataset);
