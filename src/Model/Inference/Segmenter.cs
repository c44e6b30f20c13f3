using System.Collections.Immutable;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Volumes;
using Hermes.Model.Checkpoints;

namespace Hermes.Model.Inference;

/// <summary>Segments volumes with a model package. Not thread-safe; all work stays on one thread.</summary>
/// <param name="model">The model, which the caller keeps.</param>
public sealed class Segmenter(ModelPackage model)
{
    /// <summary>Answers a question about an image.</summary>
    /// <param name="image">The image on its own grid.</param>
    /// <param name="question">What is wanted.</param>
    /// <param name="progress">Called with windows done and in total.</param>
    /// <param name="cancellation">Takes effect between windows.</param>
    /// <exception cref="ArgumentException">The question does not fit the model.</exception>
    public Segmentation Segment(
        Volume<float> image, SegmentationQuestion question, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ResolvedPrompt prompt = ResolvedPrompt.Resolve(question, model.PromptGroups, model.Network.Priors.Vocabulary);
        PreparedImage prepared = model.Plan.Prepare(image, prompt.Sample.Modality ?? "unknown");
        ImmutableArray<ushort> values = prompt.LabelMapValues;
        NativeRestorer restorer = question.Separate
            ? NativeRestorer.ToMasks(prepared.Grid, prompt.Labels.Length)
            : NativeRestorer.ToLabelMap(prepared.Grid, values);
        SlidingWindow.Of(model.Configuration).Run(
            prepared.Voxels, prepared.Grid.Size, question.Separate ? prompt.Channels : [.. Enumerable.Range(0, values.Length)],
            NetworkWindows.Of(model.Network, prompt.Sample), model.Device, restorer.AddPlanes, progress, cancellation);
        return new Segmentation(
            prompt.Labels,
            question.Separate ? null : restorer.LabelMap,
            question.Separate ? restorer.Masks : [],
            prompt.Group,
            prompt.Sample.Modality);
    }
}
