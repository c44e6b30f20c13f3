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
    private readonly ushort[] _labels;
    private readonly Dictionary<PreparedDataset, (SamplePrompt Sample, short[] Channels)> _prompts;

    public PatchBatches(TrainingConfiguration configuration, IReadOnlyList<PreparedDataset> datasets, ulong seed)
    {
        (_configuration, _seed) = (configuration, seed);
        _sampler = new PatchSampler(configuration, datasets);
        _cutter = new PatchCutter(configuration.PatchSize, configuration.Augmentation.Margin);
        _labels = new ushort[configuration.PatchSize.VoxelCount];
        _prompts = datasets.ToDictionary(dataset => dataset, dataset => (dataset.Group.Sample(), ChannelOfLabel(dataset)));
    }

    /// <summary>Makes batch <paramref name="number"/>. Not thread-safe.</summary>
    public PatchBatch Make(int number)
    {
        var size = _configuration.BatchSize;
        var patch = _configuration.PatchSize;
        var voxels = patch.VoxelCount;
        var images = new float[checked(size * voxels)];
        var channels = new short[size * voxels];
        var samples = new SamplePrompt[size];
        var cases = new string[size];
        for (var i = 0; i < size; i++)
        {
            var generator = new CounterGenerator(_seed, (ulong)number, (ulong)i);
            var draw = _sampler.Draw(ref generator);
            var image = images.AsSpan(i * voxels, voxels);
            if (generator.Chance(_configuration.Augmentation.AffineProbability))
            {
                _cutter.Cut(draw, SpatialTransform.Draw(_configuration.Augmentation, ref generator), image, _labels);
            }
            else
            {
                PatchCutter.Cut(draw, patch, image, _labels);
            }

            IntensityAugmentation.Apply(image, patch, _configuration.Augmentation.IntensityFor(draw.Dataset.Group.Modality), ref generator);
            (samples[i], var channelOf) = _prompts[draw.Dataset];
            for (int v = 0, at = i * voxels; v < voxels; v++, at++)
            {
                channels[at] = _labels[v] < channelOf.Length ? channelOf[_labels[v]] : (short)0;
            }

            cases[i] = $"{draw.Dataset.Group.Name}/{draw.Case.Header.CaseId}";
        }

        return new PatchBatch(number, images, channels, [.. samples], [.. cases]);
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
