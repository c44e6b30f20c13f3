using Hermes.Imaging.Configuration;
using Hermes.Model.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Training;

/// <summary>The training losses (docs/method.md, Losses).</summary>
public static class Losses
{
    // Held for ever: see KeptScalar.
    private static readonly Scalar Smooth = 1e-6;
    private static readonly Scalar One = 1;
    private static readonly Scalar MinusOne = -1;
    private static readonly Scalar Least = 0.2;
    private static readonly Scalar Most = 0.8;
    private static readonly Scalar PartOfAVoxel = 1e-3;

    /// <summary>
    /// Binary cross-entropy and adaptive Tversky loss, each a mean over the valid pairs of sample and task. The balance between false positives and
    /// false negatives follows the prediction itself, and gradients flow through it.
    /// </summary>
    /// <param name="logits">[B, n, D, H, W] float32.</param>
    /// <param name="targets">[B, n, D, H, W], 0 or 1, float32.</param>
    /// <param name="valid">[B, n] float32: 1 for a task, 0 for the null token and padding.</param>
    /// <param name="logarithm">Whether the Tversky loss is the logarithm of <see cref="TrainingConfiguration.LogTversky"/>.</param>
    /// <param name="countsAbsent">
    /// Whether the Tversky loss of a task that is absent from the patch counts as 1, as published, instead of 0; either is without a gradient. The logarithm's is 0.
    /// </param>
    /// <returns>Two scalars in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public static (Tensor CrossEntropy, Tensor Tversky) Segmentation(Tensor logits, Tensor targets, Tensor valid, bool logarithm = false, bool countsAbsent = false)
    {
        if (!logits.shape.SequenceEqual(targets.shape) || !logits.shape.AsSpan(0, 2).SequenceEqual(valid.shape))
        {
            throw new ArgumentException(
                $"Logits [{string.Join(", ", logits.shape)}], targets [{string.Join(", ", targets.shape)}] and validity [{string.Join(", ", valid.shape)}] do not belong together.",
                nameof(targets));
        }

        using var scope = NewDisposeScope();
        Tensor z = logits.flatten(2), y = targets.flatten(2);
        var count = valid.sum().clamp_min(One);
        var crossEntropy = functional.binary_cross_entropy_with_logits(z, y, reduction: Reduction.None).mean([2]);

        var p = z.sigmoid();
        var hit = (p * y).sum(2);
        var falsePositive = p.sum(2) - hit;
        var falseNegative = y.sum(2) - hit;
        var alpha = (falsePositive / falsePositive.Plus(falseNegative).add(Smooth)).clamp(Least, Most);
        // alpha FP + (1 - alpha) FN
        var wrong = (alpha * (falsePositive - falseNegative)).Plus(falseNegative);
        var tversky = logarithm
            ? hit.Plus(wrong).add(PartOfAVoxel).log() - hit.add(PartOfAVoxel).log()
            : (hit / hit.Plus(wrong).add(Smooth)).mul(MinusOne).add(One);
        tversky = logarithm || !countsAbsent ? tversky * y.amax([2]) : tversky;
        return ((crossEntropy * valid).sum().div(count).MoveToOuterDisposeScope(), (tversky * valid).sum().div(count).MoveToOuterDisposeScope());
    }

    /// <summary>Cross-entropy of the modality logits; samples of unknown modality (-1) count for nothing.</summary>
    /// <param name="logits">[B, M + 1] float32.</param>
    /// <param name="modalities">[B] int64, -1 for unknown.</param>
    /// <param name="anyKnown">Whether any entry is not -1; the loss is 0 if none is.</param>
    public static Tensor Modality(Tensor logits, Tensor modalities, bool anyKnown) => anyKnown
        ? functional.cross_entropy(logits, modalities, ignore_index: -1)
        : zeros([], device: logits.device);

    /// <summary>How many samples have the modality that their logits hold to be the likeliest; those of unknown modality (-1) have not.</summary>
    /// <param name="logits">[B, M + 1] float32.</param>
    /// <param name="modalities">[B] int64, -1 for unknown.</param>
    /// <returns>A scalar, int64.</returns>
    public static Tensor Recognised(Tensor logits, Tensor modalities)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return logits.argmax(1).eq(modalities).sum().MoveToOuterDisposeScope();
    }
}
