using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Grains.Updates;

/// <summary>What a certificate asks: old groups as a user would, and new ones about cases with known labels.</summary>
internal sealed class CertificateQuestions(IGrainFactory grains, string model, ModelVersionContent content)
{
    /// <summary>Cases that each old group is asked about.</summary>
    public const int CasesPerGroup = 2;

    /// <summary>The old groups with the dataset version each was learned from.</summary>
    /// <param name="trunk">The dataset versions the trunk was learned from.</param>
    public IEnumerable<(PromptGroup Group, PinnedDataset? Dataset, ModelBranch? Branch)> OldGroups(IReadOnlyList<PinnedDataset> trunk) =>
    [
        .. content.PromptGroups.Select(g => (g, trunk.FirstOrDefault(d => d.Dataset.EndsWith($"/{g.Name}", StringComparison.Ordinal)), (ModelBranch?)null)),
        .. content.Branches.OrderBy(b => b.Group.Name, StringComparer.Ordinal).Select(b => (b.Group, b.Dataset, (ModelBranch?)b)),
    ];

    /// <summary>The first cases of a dataset version, those not learned from before others.</summary>
    public async Task<IReadOnlyList<CaseRecord>> ProbeCasesAsync(PinnedDataset? dataset, CancellationToken cancellationToken) =>
        dataset is null || !(await grains.GetGrain<IDatasetGrain>(dataset.Dataset).GetAsync(cancellationToken)).State.HasVersion()
        ? []
        : (await OldCasesAsync(dataset, cancellationToken))
            .OrderByDescending(c => c.Split == Split.Test).ThenByDescending(c => c.Split == Split.Validation).ThenBy(c => c.CaseId, StringComparer.Ordinal)
            .Take(CasesPerGroup).ToList();

    /// <summary>Cases with labels of the first split that has any: test, validation, train.</summary>
    public async Task<List<CaseRecord>> MeasuredCasesAsync(PinnedDataset dataset, CancellationToken cancellationToken)
    {
        var cases = await CasesAsync(grains, dataset, cancellationToken);
        return new[] { Split.Test, Split.Validation, Split.Train }
            .Select(split => cases.FindAll(c => c.Split == split && c.Facts.Label is not null))
            .FirstOrDefault(found => found.Count > 0) ?? [];
    }

    /// <summary>
    /// Cases with labels of the split test, which nothing was learned from or chosen by, whenever they came: what was drawn never moves, so the newest version
    /// of a dataset has them all.
    /// </summary>
    public async Task<List<CaseRecord>> HeldApartAsync(PinnedDataset dataset, CancellationToken cancellationToken) =>
        (await OldCasesAsync(dataset with { Version = 0 }, cancellationToken)).FindAll(c => c is { Split: Split.Test, Facts.Label: not null });

    // A trunk may have learned from what was withdrawn since: its cases are nobody's to ask about any more. One that was imported may have learned elsewhere.
    private async Task<List<CaseRecord>> OldCasesAsync(PinnedDataset dataset, CancellationToken cancellationToken) =>
        (await grains.GetGrain<IDatasetGrain>(dataset.Dataset).GetAsync(cancellationToken)).State is DatasetState.Absent or DatasetState.Withdrawn
            ? []
            : await CasesAsync(grains, dataset, cancellationToken);

    /// <summary>All cases of a dataset version.</summary>
    public static async Task<List<CaseRecord>> CasesAsync(IGrainFactory grains, PinnedDataset dataset, CancellationToken cancellationToken)
    {
        var cases = new List<CaseRecord>();
        for (var page = 0; ; page++)
        {
            var records = await grains.GetGrain<IDatasetGrain>(dataset.Dataset).GetCasesAsync(dataset.Version, page, cancellationToken);
            if (records.Count == 0)
            {
                return cases;
            }

            cases.AddRange(records);
        }
    }

    /// <summary>A question to a whole group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="branch">Its branch, if it is none of the trunk's.</param>
    /// <param name="one">The case.</param>
    /// <param name="probe">Makes it a question of its own.</param>
    public SegmentationRequest Ask(PromptGroup group, ModelBranch? branch, CaseRecord one, string? probe) => new()
    {
        Model = model,
        Package = content.Package,
        Branch = branch?.Package,
        Image = one.Facts.Image,
        ImageFile = one.CaseId,
        Prompt = new DefinitePrompt { Group = group.Name, Modality = group.Modality, Tasks = [.. group.Labels.Select(l => l.Task)], Wanted = group.Labels },
        Reference = probe is null ? one.Facts.Label : null,
        ReferenceLabels = probe is null ? group.Labels : [],
        Probe = probe,
    };

    /// <summary>Puts a question and waits for its answer.</summary>
    /// <exception cref="HermesException">It could not be answered.</exception>
    public async Task<SegmentationResult> AnswerAsync(SegmentationRequest request, TimeProvider clock, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<ISegmentationGrain>(request.Key());
        for (var status = await grain.AskAsync(request, cancellationToken); ; status = await grain.GetAsync(cancellationToken))
        {
            switch (status)
            {
                case { State: SegmentationState.Completed, Result: { } result }:
                    return result;
                case { State: SegmentationState.Failed or SegmentationState.Cancelled }:
                    throw new HermesException(
                        $"The prompt group '{request.Prompt.Group}' could not be asked about {request.ImageFile}: {status.Cause?.Message ?? "it was cancelled."}", hint: status.Cause?.Hint);
                default:
                    await Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancellationToken);
                    break;
            }
        }
    }
}
