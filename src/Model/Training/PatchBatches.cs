using Hermes.Imaging.Configuration;
using Hermes.Imaging.Prompts;

namespace Hermes.Model.Training;

/// <summary>Makes training batches: batch n depends only on configuration, data, seed and n.</summary>
internal sealed class PatchBatches
{
    private readonly TrainingConfiguration _configuration;
    private readonly ulong _seed;
    private readonly PatchSampler _sampler;
    private readonly PatchCutter _cutter;
    private readonly PublishedCrop? _published;
    private readonly ushort[] _labels;
    private readonly Dictionary<PreparedDataset, (SamplePrompt Sample, short[] Channels)> _prompts;

    public PatchBatches(TrainingConfiguration configuration, IReadOnlyList<PreparedDataset> datasets, ulong seed)
    {
        (_configuration, _seed) = (configuration, seed);
        _sampler = new PatchSampler(configuration, datasets);
        _cutter = new PatchCutter(configuration.PatchSize, configuration.Augmentation.Margin);
        _published = configuration is { PaperFaithful: true, Augmentation.Margin: { } margin } ? new PublishedCrop(configuration.PatchSize, margin) : null;
        _labels = new ushort[configuration.PatchSize.VoxelCount];
        _prompts = datasets.ToDictionary(dataset => dataset, dataset => (dataset.Group.Sample(), ChannelOfLabel(dataset)));
    }

    /// <summary>Makes batch <paramref name="number"/>. Not thread-safe.</summary>
    public PatchBatch Make(int number) => Make(number, Range.All);

    /// <summary>Makes batch <paramref name="number"/>. Not thread-safe.</summary>
    /// <param name="number">Which.</param>
    /// <param name="held">The samples whose voxels are wanted; what the others ask about is drawn all the same.</param>
    public PatchBatch Make(int number, Range held)
    {
        var size = _configuration.BatchSize;
        var patch = _configuration.PatchSize;
        var voxels = patch.VoxelCount;
        var (first, length) = held.GetOffsetAndLength(size);
        var images = new float[checked(length * voxels)];
        var channels = new short[length * voxels];
        var samples = new SamplePrompt[size];
        var cases = new string[size];
        for (var i = 0; i < size; i++)
        {
            var generator = new CounterGenerator(_seed, (ulong)number, (ulong)i);
            (var draw, var transform) = _published is { } crop ? Draw(crop, ref generator) : Draw(ref generator);
            var group = draw.Dataset.Group;
            (samples[i], var channelOf) = _prompts[draw.Dataset];
            cases[i] = $"{group.Name}/{draw.Case.Header.CaseId}";
            if (i < first || i >= first + length)
            {
                continue;
            }

            var image = images.AsSpan((i - first) * voxels, voxels);
            if (transform is { } affine)
            {
                _cutter.Cut(draw, affine, image, _labels);
            }
            else
            {
                PatchCutter.Cut(draw, patch, image, _labels);
            }

            IntensityAugmentation.Apply(image, patch, _configuration.Augmentation.IntensityFor(group.Name, group.Modality), ref generator);
            for (int v = 0, at = (i - first) * voxels; v < voxels; v++, at++)
            {
                channels[at] = _labels[v] < channelOf.Length ? channelOf[_labels[v]] : (short)0;
            }
        }

        return new PatchBatch(number, images, channels, [.. samples], [.. cases])
        {
            Held = held,
            SharedWidth = _configuration.PaperFaithful ? samples.Max(sample => sample.Tasks.Length) + 1 : null,
        };
    }

    private (PatchDraw Draw, SpatialTransform? Transform) Draw(ref CounterGenerator generator)
    {
        var draw = _sampler.Draw(ref generator);
        var isTransformed = generator.Chance(_configuration.Augmentation.AffineProbability);
        return (draw, isTransformed ? SpatialTransform.Draw(_configuration.Augmentation, ref generator) : null);
    }

    private (PatchDraw Draw, SpatialTransform? Transform) Draw(PublishedCrop crop, ref CounterGenerator generator)
    {
        (var dataset, var volume) = _sampler.DrawCase(ref generator);
        var block = crop.DrawBlock(volume.Size, ref generator);
        var isTransformed = generator.Chance(_configuration.Augmentation.AffineProbability);
        var start = crop.PatchIn(block, isTransformed, ref generator);
        return (
            new PatchDraw(dataset, volume, start.Depth, start.Height, start.Width),
            isTransformed ? SpatialTransform.Draw(_configuration.Augmentation, ref generator).InNormalisedCoordinates(block.Size) : null);
    }

    private static short[] ChannelOfLabel(PreparedDataset dataset)
    {
        var channels = new short[dataset.Group.Labels.Max(label => label.Value) + 1];
        for (var i = 0; i < dataset.Group.Labels.Length; i++)
        {
            channels[dataset.Group.Labels[i].Value] = checked((short)(i + 1));
        }

        return channels;
    }
}
