using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;

namespace Hermes.Model.Inference;

/// <summary>Segments volumes with a model package. Not thread-safe; all work stays on one thread.</summary>
/// <param name="model">The model, which the caller keeps.</param>
/// <param name="branch">The branch of the prompt group asked, which the caller keeps; null for what was trained with the model.</param>
public sealed class Segmenter(ModelPackage model, BranchPackage? branch = null)
{
    private readonly PromptedNetwork _network = new(model.Network, branch?.Branch);

    /// <summary>Answers a question about an image.</summary>
    /// <param name="image">The image on its own grid.</param>
    /// <param name="asked">What is prompted and wanted.</param>
    /// <param name="separate">One mask per task instead of one label map.</param>
    /// <param name="progress">Called with windows done and in total.</param>
    /// <param name="cancellationToken">Takes effect between windows.</param>
    /// <exception cref="ArgumentException">The question does not fit the model.</exception>
    public Segmentation Segment(
        Volume<float> image, PromptedTasks asked, bool separate = false, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(asked);
        asked.Validate();

        // Before the image is prepared, which takes long.
        _network.Require(asked.Sample.Tasks, asked.Sample.Modality);
        var prepared = model.Plan.Prepare(image, asked.Sample.Modality ?? ModalityNames.Unknown);
        var restorer = separate
            ? NativeRestorer.ToMasks(prepared.Grid, asked.Wanted.Length)
            : NativeRestorer.ToLabelMap(prepared.Grid, asked.LabelMapValues);
        SlidingWindow.Of(model.Configuration).Run(
            prepared.Voxels, prepared.Grid.Size, separate ? asked.Channels : [.. Enumerable.Range(0, asked.Sample.Tasks.Length)],
            NetworkWindows.Of(_network, asked.Sample), model.Device, restorer.AddPlanes, progress, cancellationToken);
        return new Segmentation(separate ? null : restorer.LabelMap, separate ? restorer.Masks : []);
    }
}
