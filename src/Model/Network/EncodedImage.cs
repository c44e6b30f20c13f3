using static TorchSharp.torch;

namespace Hermes.Model.Network;

/// <summary>Images after the stages that come before the first fusion: the same for every prompt.</summary>
/// <param name="Full">[B, C, D, H, W] at full resolution.</param>
/// <param name="Half">[B, 2C, D/2, H/2, W/2].</param>
/// <param name="Quarter">[B, 4C, D/4, H/4, W/4].</param>
public sealed record EncodedImage(Tensor Full, Tensor Half, Tensor Quarter);
