using static TorchSharp.torch;

namespace Hermes.Model.Inference;

/// <summary>Answers a batch of windows.</summary>
/// <param name="windows">[B, 1, D, H, W] float32.</param>
/// <returns>Logits [B, T, D, H, W] in the caller's dispose scope.</returns>
public delegate Tensor WindowLogits(Tensor windows);

/// <summary>Takes the next finished planes of a volume, from plane 0 upwards.</summary>
/// <param name="planes">How many planes.</param>
/// <param name="probabilities">[T, planes, H, W]; valid during the call only.</param>
public delegate void PlaneConsumer(int planes, ReadOnlySpan<float> probabilities);
