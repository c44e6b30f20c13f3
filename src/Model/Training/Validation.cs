using Hermes.Imaging.Configuration;
using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Pictures;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Model.Inference;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>
/// Dice of a network on prepared cases, on the plan's grid: every voxel goes to the task of highest probability above one half; as published, to every task of a
/// probability above one half.
/// </summary>
internal static class Validation
{
    public static IReadOnlyList<ScoredCase> Run(
        PromptedNetwork network, TrainingConfiguration configuration, IReadOnlyList<PreparedDataset> datasets, Device device,
        PosteriorMeans posterior, Action<int, int>? progress, Action? betweenWindows, CancellationToken cancellationToken)
    {
        var windows = SlidingWindow.Of(configuration);
        var cases = new List<ScoredCase>();
        int done = 0, total = datasets.Sum(dataset => dataset.Validation.Count);
        foreach (var dataset in datasets)
        {
            foreach (var volume in dataset.Validation)
            {
                (int Plane, SampleSlice Slice)? sample = volume == dataset.Validation[0] ? NewSample(volume) : null;
                cases.Add(new ScoredCase(
                    dataset.Group.Name, volume.Header.CaseId,
                    [.. Score(network, windows, dataset.Group, volume, sample, device, configuration.PaperFaithful, posterior, betweenWindows, cancellationToken)])
                {
                    Sample = sample?.Slice,
                });
                posterior.EndCase(dataset.Group.Tasks);
                progress?.Invoke(++done, total);
            }
        }

        return cases;
    }

    private static IEnumerable<TaskScore> Score(
        PromptedNetwork network, SlidingWindow windows, DatasetPrompt group, PreparedCaseFile volume, (int Plane, SampleSlice Slice)? sample, Device device,
        bool eachByItself, PosteriorMeans posterior, Action? betweenWindows, CancellationToken cancellationToken)
    {
        var size = volume.Size;
        var voxels = new float[size.VoxelCount];
        volume.CopyImage(0, 0, 0, size, voxels);
        int tasks = group.Labels.Length, plane = size.Height * size.Width, z = 0;
        long[] found = new long[tasks], there = new long[tasks], both = new long[tasks];
        var truth = new ushort[plane];
        windows.Run(
            voxels, size, [.. Enumerable.Range(0, tasks)], NetworkWindows.Of(network, group.Sample(), tokens => posterior.Add(tokens, tasks)), device,
            (planes, probabilities) =>
            {
                volume.CopyLabels(z, 0, 0, new GridSize(1, size.Height, size.Width), truth);
                var shown = sample?.Plane == z++ ? sample.Value.Slice : null;
                if (shown is not null)
                {
                    truth.CopyTo(shown.Truth, 0);
                }

                for (var v = 0; v < plane; v++)
                {
                    var winner = -1;
                    var highest = 0.5f;
                    for (var t = 0; t < tasks; t++)
                    {
                        if (probabilities[t * plane + v] > highest)
                        {
                            (winner, highest) = (t, probabilities[t * plane + v]);
                        }
                    }

                    if (shown is not null && winner >= 0)
                    {
                        shown.Found[v] = group.Labels[winner].Value;
                    }

                    for (var t = 0; t < tasks && (winner >= 0 || truth[v] != 0); t++)
                    {
                        var real = truth[v] == group.Labels[t].Value;
                        var isFound = eachByItself ? probabilities[t * plane + v] > 0.5f : winner == t;
                        found[t] += isFound ? 1 : 0;
                        there[t] += real ? 1 : 0;
                        both[t] += real && isFound ? 1 : 0;
                    }
                }
            },
            (_, _) => betweenWindows?.Invoke(), cancellationToken);
        var ml = volume.Header.Grid.Spacing is var s ? s.Depth * s.Height * s.Width / 1000 : 0;
        return Enumerable.Range(0, tasks).Select(t => TaskScore.Of(group.Labels[t].Task, found[t], there[t], both[t], ml));
    }

    // The plane with most of the voxels that are noted of each label.
    private static (int Plane, SampleSlice Slice) NewSample(PreparedCaseFile volume)
    {
        var (size, spacing) = (volume.Size, volume.Header.Grid.Spacing);
        var (plane, counts) = (size.Height * size.Width, new int[size.Depth]);
        foreach (var label in volume.Header.Labels)
        {
            foreach (var position in volume.LabelSamples(label.Value))
            {
                counts[position / plane]++;
            }
        }

        var chosen = counts.Max() is > 0 and var most ? Array.IndexOf(counts, most) : size.Depth / 2;
        var image = new float[plane];
        volume.CopyImage(chosen, 0, 0, new GridSize(1, size.Height, size.Width), image);
        return (chosen, new SampleSlice(image, new ushort[plane], new ushort[plane], size.Width, spacing.Width, spacing.Height));
    }
}
