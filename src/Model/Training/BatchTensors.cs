using Hermes.Imaging.Volumes;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>A batch as tensors, in the caller's dispose scope.</summary>
/// <param name="Images">[B, 1, D, H, W] float32.</param>
/// <param name="Targets">[B, n, D, H, W] float32, 0 or 1.</param>
/// <param name="Valid">[B, n] float32, 1 for tasks.</param>
/// <param name="Modalities">[B] int64 modality rows, -1 where the vocabulary has none.</param>
/// <param name="Prompt">The question.</param>
internal sealed record BatchTensors(Tensor Images, Tensor Targets, Tensor Valid, Tensor Modalities, Prompt Prompt)
{
    public bool AnyModality => Prompt.Samples.Any(sample => sample.Modality is not null);

    public static BatchTensors From(PatchBatch batch, GridSize patch, PriorVocabulary vocabulary, Device device)
    {
        var prompt = batch.SharedWidth is { } width ? new Prompt(batch.Samples) { Width = width, MaskPadding = false } : new Prompt(batch.Samples);
        var size = batch.Samples.Length;
        long[] modalities = [.. batch.Samples.Select(sample => sample.Modality is { } modality && vocabulary.HasModality(modality) ? vocabulary.ModalityRow(modality) : -1L)];
        var valid = new float[size * prompt.Width];
        for (var i = 0; i < size; i++)
        {
            valid.AsSpan(i * prompt.Width, batch.Samples[i].Tasks.Length).Fill(1);
        }

        using var scope = NewDisposeScope();
        var channels = tensor(batch.Channels, [size, 1, patch.Depth, patch.Height, patch.Width]).On(device);
        var numbers = tensor(Enumerable.Range(1, prompt.Width).Select(channel => (short)channel).ToArray(), [1, prompt.Width, 1, 1, 1]).On(device);
        return new BatchTensors(
            tensor(batch.Images, [size, 1, patch.Depth, patch.Height, patch.Width]).On(device).MoveToOuterDisposeScope(),
            channels.eq(numbers).to(ScalarType.Float32).MoveToOuterDisposeScope(),
            tensor(valid, [size, prompt.Width]).On(device).MoveToOuterDisposeScope(),
            tensor(modalities).On(device).MoveToOuterDisposeScope(),
            prompt);
    }
}
