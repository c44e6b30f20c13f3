using Hermes.Imaging.Volumes;

namespace Hermes.Model.Inference;

/// <summary>The answer about one image, on the image's own grid.</summary>
/// <param name="LabelMap">One label per voxel, 0 for background; null when masks were asked for.</param>
/// <param name="Masks">One mask (0 or 1) per task wanted, in their order; empty when a label map was asked for.</param>
/// <param name="Windows">Windows that were looked at.</param>
public sealed record Segmentation(Volume<ushort>? LabelMap, IReadOnlyList<Volume<byte>> Masks, int Windows);
