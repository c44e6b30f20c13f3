using static TorchSharp.torch;

namespace Hermes.Model.Network;

/// <summary>What the network answers. The tensors belong to the caller's dispose scope.</summary>
/// <param name="MaskLogits">
/// [B, n, D, H, W] float32; channel i belongs to token i of the sample's prompt. Channels from the sample's task count on
/// belong to the null token and to padding and mean nothing.
/// </param>
/// <param name="ModalityLogits">[B, M + 1] float32: the modalities in vocabulary order, then the unknown modality; null of a branch, which has no say in it.</param>
/// <param name="PosteriorTokens">
/// Five tensors [B, n + l, C] float32, one per fusion scale (1/4, 1/8, 1/16, 1/8, 1/4): task tokens first, then the modality's.
/// </param>
public sealed record NetworkOutput(Tensor MaskLogits, Tensor? ModalityLogits, IReadOnlyList<Tensor> PosteriorTokens)
{
    /// <summary>[B, n, D, H, W] float32: the logits of the auxiliary mask head, which reads coarser features; null where there is none, or it was not asked.</summary>
    public Tensor? AuxiliaryLogits { get; init; }

    internal NetworkOutput MoveToOuterDisposeScope()
    {
        foreach (var tensor in PosteriorTokens.Append(MaskLogits).Append(ModalityLogits).Append(AuxiliaryLogits))
        {
            tensor?.MoveToOuterDisposeScope();
        }

        return this;
    }
}
