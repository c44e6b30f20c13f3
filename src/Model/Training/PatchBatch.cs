using System.Collections.Immutable;
using Hermes.Imaging.Prompts;

namespace Hermes.Model.Training;

/// <summary>One training batch, in plain memory.</summary>
/// <param name="Number">Which batch of the run it is, from 0.</param>
/// <param name="Images">[B, D, H, W] of the samples that are <see cref="Held"/>.</param>
/// <param name="Channels">[B, D, H, W] of the same: 0 where no task is, else the task's place in its sample's prompt, from 1.</param>
/// <param name="Samples">What is asked about each image.</param>
/// <param name="Cases">The cases the patches come from.</param>
internal sealed record PatchBatch(int Number, float[] Images, short[] Channels, ImmutableArray<SamplePrompt> Samples, ImmutableArray<string> Cases)
{
    /// <summary>
    /// Task tokens of every sample with the padding that takes part in attention, as in the published code: those of the longest prompt of the batch and one more.
    /// Null where the padding is hidden.
    /// </summary>
    public int? SharedWidth { get; init; }

    /// <summary>The samples whose voxels are here: all, but where another device learns the others.</summary>
    public Range Held { get; init; } = Range.All;

    /// <summary>Pairs of sample and task, over which the segmentation losses are a mean.</summary>
    public int Pairs => Samples.Sum(sample => sample.Tasks.Length);

    /// <summary>Samples whose modality is known, over which the modality loss is a mean.</summary>
    public int KnownModalities => Samples.Count(sample => sample.Modality is not null);

    /// <summary>Neighbouring samples of the batch as a batch.</summary>
    public PatchBatch Part(int first, int count)
    {
        if (count == Samples.Length)
        {
            return this;
        }

        var (held, length) = Held.GetOffsetAndLength(Samples.Length);
        var voxels = Images.Length / length;
        Range numbers = ((first - held) * voxels)..((first - held + count) * voxels), samples = first..(first + count);
        return this with { Images = Images[numbers], Channels = Channels[numbers], Samples = Samples[samples], Cases = Cases[samples], Held = Range.All };
    }
}
