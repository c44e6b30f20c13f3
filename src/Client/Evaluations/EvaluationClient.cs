using Hermes.Client.Datasets;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Client.Evaluations;

/// <summary>Measures a model version on labelled cases: one segmentation with a reference per case.</summary>
public sealed class EvaluationClient
{
    private readonly DatasetClient _datasets;
    private readonly ModelClient _models;
    private readonly SegmentationClient _segmentations;

    internal EvaluationClient(DatasetClient datasets, ModelClient models, SegmentationClient segmentations)
    {
        _datasets = datasets;
        _models = models;
        _segmentations = segmentations;
    }

    /// <summary>Asks for every labelled case of the splits and aggregates Dice per task.</summary>
    /// <param name="request">What to measure.</param>
    /// <param name="progress">Told of every case that is answered.</param>
    /// <param name="cancellationToken">Gives up the questions under way.</param>
    /// <exception cref="HermesException">Model or dataset are unknown, no case fits, or a case could not be segmented.</exception>
    public async Task<EvaluationReport> EvaluateAsync(
        EvaluationRequest request, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Concurrency, 1);
        var model = await _models.ResolveAsync(request.Model, cancellationToken).ConfigureAwait(false);
        var dataset = await _datasets.GetAsync(request.Dataset, cancellationToken).ConfigureAwait(false);
        if (dataset is not { Declaration: { } declaration, Version: > 0 })
        {
            throw new HermesException($"The dataset '{request.Dataset}' has no version yet.").With(Remedy.ShowDataset, request.Dataset);
        }

        var labels = LabelsInCommon(model, declaration);
        var cases = await CasesAsync(request, dataset.Version, cancellationToken).ConfigureAwait(false);
        var answers = new EvaluatedCase[cases.Count];
        var done = 0;
        var gate = new Lock();
        progress?.Report(new EvaluationProgress(0, cases.Count, null));
        await Parallel.ForEachAsync(
            cases.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = request.Concurrency, CancellationToken = cancellationToken },
            async (item, token) =>
            {
                var (index, one) = item;
                var question = QuestionFor(one, model, declaration, labels) with { Case = new PinnedCase(new PinnedDataset(request.Dataset, dataset.Version), one.CaseId) };
                var answer = new EvaluatedCase(one, await AskAsync(question, one, token).ConfigureAwait(false));
                answers[index] = answer;
                lock (gate)
                {
                    progress?.Report(new EvaluationProgress(++done, cases.Count, answer));
                }
            }).ConfigureAwait(false);

        return EvaluationReport.Of(model, request.Dataset, [.. labels.Select(l => l.Task)], answers);
    }

    /// <summary>The dataset's labels whose tasks the model can be asked for.</summary>
    internal static IReadOnlyList<PromptLabel> LabelsInCommon(ModelVersion model, DatasetDeclaration dataset)
    {
        var known = GroupOf(model, dataset)?.Labels.Select(l => l.Task).ToHashSet(StringComparer.Ordinal) ?? [.. model.Content.Tasks];
        var labels = dataset.Labels.Where(l => known.Contains(l.Task)).Select(l => new PromptLabel(l.Value, l.Task)).ToList();
        return labels.Count > 0 ? labels : throw new HermesException(
            $"The model {model.Model}@{model.Version} knows none of the tasks of the dataset '{dataset.Name}'.",
            hint: $"It knows {string.Join(", ", model.Content.Tasks.Take(10))}.");
    }

    /// <summary>The dataset's own prompt group is asked as a whole; of another model's groups, the tasks in common.</summary>
    private static SegmentationRequest QuestionFor(CaseRecord one, ModelVersion model, DatasetDeclaration dataset, IReadOnlyList<PromptLabel> labels)
    {
        var group = GroupOf(model, dataset);
        return PromptResolution.Resolve(
            new SegmentationQuestion
            {
                Image = one.Facts.Image,
                ImageFile = one.CaseId,
                PromptGroup = group?.Name,
                Tasks = group is null ? [.. labels.Select(l => l.Task)] : [],
                Modality = dataset.Modality,
                Reference = one.Facts.Label,
                ReferenceLabels = labels,
            },
            model);
    }

    private static PromptGroup? GroupOf(ModelVersion model, DatasetDeclaration dataset) =>
        model.Content.Groups().FirstOrDefault(g => g.Name == dataset.Name);

    private async Task<List<CaseRecord>> CasesAsync(EvaluationRequest request, int version, CancellationToken cancellationToken)
    {
        var all = await _datasets.GetCasesAsync(request.Dataset, version, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var chosen = all.FindAll(c => request.Splits.Contains(c.Split) && c.Facts.Label is not null);
        if (chosen.Count > 0)
        {
            return chosen;
        }

        var counts = string.Join(", ", all.GroupBy(c => c.Split).OrderBy(g => g.Key).Select(g => $"{g.Count()} in {g.Key.ToString().ToLowerInvariant()}"));
        throw new HermesException(
            $"No labelled case of '{request.Dataset}' is in the split {string.Join(" or ", request.Splits).ToLowerInvariant()}.",
            hint: $"It has {counts}.").With(Remedy.ChooseSplits);
    }

    private async Task<SegmentationResult> AskAsync(SegmentationRequest question, CaseRecord one, CancellationToken cancellationToken)
    {
        try
        {
            return await _segmentations.AnswerAsync(question, null, cancellationToken).ConfigureAwait(false);
        }
        catch (HermesException e) when (!e.Message.Contains(one.CaseId, StringComparison.Ordinal))
        {
            throw new HermesException($"Case {one.CaseId}: {e.Message}", e) { File = e.File, Hint = e.Hint, Remedy = e.Remedy, About = e.About };
        }
    }
}
