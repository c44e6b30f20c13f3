using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>What a batch contributed to the numbers of its step, still where it was computed.</summary>
/// <param name="Losses">[parts, 4] float32: of every part what is minimised, the segmentation loss, the modality loss, and how many modalities were recognised.</param>
/// <param name="ModalityShares">Of every part, its share of the samples of known modality.</param>
/// <param name="Forward">Time of its threads on the way to the losses.</param>
/// <param name="Backward">Time of its threads on the way back to the gradients.</param>
internal sealed record LearnedBatch(Tensor Losses, IReadOnlyList<double> ModalityShares, TimeSpan Forward, TimeSpan Backward)
{
    /// <summary>The numbers themselves; an accelerator is waited for.</summary>
    public LearnedNumbers Read()
    {
        using var scope = NewDisposeScope();
        var here = Losses.cpu();
        var values = MemoryMarshal.Cast<byte, float>(here.bytes);
        var sum = new LearnedNumbers(0, 0, 0, 0);
        for (var part = 0; part < ModalityShares.Count; part++)
        {
            var of = values.Slice(4 * part, 4);
            sum = new LearnedNumbers(sum.Total + of[0], sum.Segmentation + of[1], sum.Modality + (of[2] * ModalityShares[part]), sum.Recognised + (int)of[3]);
        }

        return sum;
    }
}

/// <summary>What a batch contributed to the numbers of its step.</summary>
/// <param name="Total">What is minimised.</param>
/// <param name="Segmentation">Cross-entropy and Tversky loss.</param>
/// <param name="Modality">The modality loss, unweighted.</param>
/// <param name="Recognised">Samples whose known modality the network holds to be the likeliest.</param>
internal readonly record struct LearnedNumbers(double Total, double Segmentation, double Modality, int Recognised);
