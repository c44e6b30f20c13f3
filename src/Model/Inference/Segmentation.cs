using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;

namespace Hermes.Model.Inference;

/// <summary>The answer about one image, on the image's own grid.</summary>
/// <param name="Labels">The tasks in output order, with their values in the label map.</param>
/// <param name="LabelMap">One label per voxel, 0 for background; null when masks were asked for.</param>
/// <param name="Masks">One mask (0 or 1) per task in the order of <paramref name="Labels"/>; empty when a label map was asked for.</param>
/// <param name="PromptGroup">The group that was prompted; null for an exact prompt of tasks from several.</param>
/// <param name="Modality">The modality that was prompted.</param>
public sealed record Segmentation(
    IReadOnlyList<LabelledTask> Labels, Volume<ushort>? LabelMap, IReadOnlyList<Volume<byte>> Masks, string? PromptGroup, string? Modality);
