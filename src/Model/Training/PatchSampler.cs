using Hermes.Imaging.Configuration;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Volumes;

namespace Hermes.Model.Training;

/// <summary>
/// Draws training patches from all datasets by weight, with replacement (docs/method.md, Sampling). A share of them may be centred near a voxel of a label
/// drawn at random: small presets see too few patches to meet small structures by chance.
/// </summary>
internal sealed class PatchSampler
{
    private readonly TrainingConfiguration _configuration;
    private readonly IReadOnlyList<PreparedDataset> _datasets;
    private readonly double[] _cumulative;

    public PatchSampler(TrainingConfiguration configuration, IReadOnlyList<PreparedDataset> datasets)
    {
        (_configuration, _datasets) = (configuration, datasets);
        _cumulative = new double[datasets.Count];
        double total = 0;
        for (var i = 0; i < datasets.Count; i++)
        {
            var weight = configuration.DatasetWeights.GetValueOrDefault(datasets[i].Group.Name, 1);
            var cases = datasets[i].Training.Count;
            total += cases == 0 ? 0 : weight * (configuration.Sampling == SamplingRule.Case ? cases : 1);
            _cumulative[i] = total;
        }

        if (!(total > 0))
        {
            throw new ArgumentException("There is nothing to learn from: no dataset has both a training case and a positive weight.", nameof(datasets));
        }
    }

    /// <summary>The next patch of a generator.</summary>
    public PatchDraw Draw(ref CounterGenerator generator)
    {
        (var dataset, var volume) = DrawCase(ref generator);
        GridSize size = volume.Size, patch = _configuration.PatchSize;
        if (generator.Chance(_configuration.ForegroundShare) && TryLabelVoxel(dataset, volume, ref generator, out var voxel))
        {
            int z = voxel / (size.Height * size.Width), y = voxel / size.Width % size.Height, x = voxel % size.Width;
            return new PatchDraw(
                dataset, volume,
                Around(z, size.Depth, patch.Depth, ref generator), Around(y, size.Height, patch.Height, ref generator), Around(x, size.Width, patch.Width, ref generator));
        }

        return new PatchDraw(
            dataset, volume,
            Anywhere(size.Depth, patch.Depth, ref generator), Anywhere(size.Height, patch.Height, ref generator), Anywhere(size.Width, patch.Width, ref generator));
    }

    /// <summary>A training case.</summary>
    public (PreparedDataset Dataset, PreparedCaseFile Case) DrawCase(ref CounterGenerator generator)
    {
        var point = generator.Uniform(0, _cumulative[^1]);
        var index = Array.FindIndex(_cumulative, bound => point < bound);
        var dataset = _datasets[index < 0 ? _datasets.Count - 1 : index];
        return (dataset, dataset.Training[generator.Below(dataset.Training.Count)]);
    }

    private static bool TryLabelVoxel(PreparedDataset dataset, PreparedCaseFile volume, ref CounterGenerator generator, out int voxel)
    {
        Span<ushort> present = stackalloc ushort[Math.Min(dataset.Group.Labels.Length, 1024)];
        var count = 0;
        foreach (var label in dataset.Group.Labels)
        {
            if (count < present.Length && !volume.LabelSamples(label.Value).IsEmpty)
            {
                present[count++] = label.Value;
            }
        }

        voxel = 0;
        if (count == 0)
        {
            return false;
        }

        var samples = volume.LabelSamples(present[generator.Below(count)]);
        voxel = samples[generator.Below(samples.Length)];
        return true;
    }

    /// <summary>A start that keeps the voxel within the middle half of the patch, as far as the volume's border allows.</summary>
    private static int Around(int voxel, int size, int patch, ref CounterGenerator generator)
    {
        var start = voxel - patch / 2 + generator.Between(-(patch / 4), patch / 4 + 1);
        return size <= patch ? (size - patch) / 2 : Math.Clamp(start, 0, size - patch);
    }

    private static int Anywhere(int size, int patch, ref CounterGenerator generator) =>
        size <= patch ? (size - patch) / 2 : generator.Between(0, size - patch + 1);
}

/// <summary>Which patch was drawn: a case and the first voxel [D, H, W] of the patch in it, which may lie outside.</summary>
internal readonly record struct PatchDraw(PreparedDataset Dataset, PreparedCaseFile Case, int Z, int Y, int X);
