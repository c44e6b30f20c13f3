using static TorchSharp.torch;

namespace Hermes.Model.Network;

/// <summary>A prompt as rows of the prior tables.</summary>
/// <param name="Tasks">[B * n] int64 task rows, the null row for padding.</param>
/// <param name="Modalities">[B] int64 modality rows.</param>
/// <param name="Visible">[B, 1, 1, n + l] bool, false where attention must not look; null if it may look everywhere.</param>
/// <param name="Batch">B.</param>
/// <param name="Width">n.</param>
internal sealed record PromptRows(Tensor Tasks, Tensor Modalities, Tensor? Visible, int Batch, int Width);
