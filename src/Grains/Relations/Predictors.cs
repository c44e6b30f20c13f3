using System.Runtime.InteropServices;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Updates;

namespace Hermes.Grains.Relations;

/// <summary>A task that can be studied.</summary>
/// <param name="Task">The task, with the dataset version it was learned from.</param>
/// <param name="Dataset">What is known of that.</param>
/// <param name="Label">Its row of the label map.</param>
/// <param name="Branch">Its branch, if it is none of the trunk's.</param>
internal sealed record Candidate(StudiedTask Task, LearnedDataset Dataset, LabelEntry Label, ModelBranch? Branch)
{
    /// <summary>Its volumes in the labelled cases that learning may see, in ml.</summary>
    public IReadOnlyList<double> VolumesMl { get; } =
        [.. Dataset.Labelled.Where(c => c.Split != Split.Test).Select(c => c.Facts.LabelVolumesMl.GetValueOrDefault(Label.Value)).Where(v => v > 0).Order()];

    /// <summary>Cases of a split that have it.</summary>
    public int Cases(Split split) => Dataset.Labelled.Count(c => c.Split == split && c.Facts.LabelVolumesMl.GetValueOrDefault(Label.Value) > 0);
}

/// <summary>How alike the tasks of a version are, all fusion stages as one vector.</summary>
/// <param name="Priors">Cosines of their priors.</param>
/// <param name="Posterior">Cosines of their posterior tokens; null where none was kept.</param>
internal sealed record PriorCosines(TaskCosines Priors, TaskCosines? Posterior)
{
    /// <summary>Reads those of a map.</summary>
    public static async Task<PriorCosines> ReadAsync(IBlobStore blobs, PriorMap map, CancellationToken cancellationToken) => new(
        await TaskCosines.ReadAsync(blobs, map, cancellationToken),
        map.Posterior is { } posterior ? await TaskCosines.ReadAsync(blobs, posterior, cancellationToken) : null);
}

/// <summary>How alike tasks are.</summary>
internal sealed class TaskCosines
{
    private readonly Dictionary<string, int> _places;
    private readonly float[] _cosines;

    private TaskCosines(PriorMap map, float[] cosines) =>
        (_places, _cosines) = (map.Tasks.Select((t, place) => (t.Task, place)).ToDictionary(t => t.Task, t => t.place, StringComparer.Ordinal), cosines);

    public static async Task<TaskCosines> ReadAsync(IBlobStore blobs, PriorMap map, CancellationToken cancellationToken)
    {
        var combined = map.Views.Single(v => v.Name == PriorMap.Combined);
        return new TaskCosines(map, MemoryMarshal.Cast<byte, float>(await blobs.ReadVerifiedAsync(combined.Similarity, cancellationToken: cancellationToken)).ToArray());
    }

    /// <summary>The cosine of two tasks; null where the map does not tell.</summary>
    public double? Of(string one, string other) =>
        _places.TryGetValue(one, out var row) && _places.TryGetValue(other, out var column) ? _cosines[(row * _places.Count) + column] : null;
}

/// <summary>What predicts how much a task gains from another: whatever can be said before anything is trained.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What its number is, in a sentence.</param>
/// <param name="Predict">Its number for two tasks; null where it can say nothing.</param>
internal sealed record Predictor(string Name, string Meaning, Func<PriorCosines, Candidate, Candidate, double?> Predict)
{
    /// <summary>All of them, in the order in which they are shown. Structures' names are none: they say what people call a thing, not what it is like.</summary>
    public static IReadOnlyList<Predictor> All { get; } =
    [
        new("cosine of priors", "The cosine of the two priors, all fusion stages as one vector.",
            (cosines, one, other) => cosines.Priors.Of(one.Task.Task, other.Task.Task)),
        new("cosine of posterior tokens", "The same of what becomes of the two priors in the validation cases.",
            (cosines, one, other) => cosines.Posterior?.Of(one.Task.Task, other.Task.Task)),
        new("overlap of volumes", "1 less the Kolmogorov-Smirnov distance of the volumes (ml) that the two structures have in the cases that learning may see.",
            (_, one, other) => Overlap(one.VolumesMl, other.VolumesMl)),
        new("same modality", "1 where both are learned from images of the same modality, 0 otherwise.",
            (_, one, other) => one.Dataset.Declaration.Modality == other.Dataset.Declaration.Modality ? 1 : 0),
    ];

    /// <summary>What the document of a study says of it.</summary>
    public RelationPredictor Told => new(Name, Meaning);

    /// <summary>What all of them say of a task and another.</summary>
    public static IReadOnlyDictionary<string, double> Of(PriorCosines cosines, Candidate task, Candidate other) =>
        All.Select(p => (p.Name, Value: p.Predict(cosines, task, other))).Where(p => p.Value is not null).ToDictionary(p => p.Name, p => p.Value!.Value, StringComparer.Ordinal);

    /// <summary>1 less the greatest distance of the shares of either list that are at most as large; both ascend.</summary>
    internal static double? Overlap(IReadOnlyList<double> one, IReadOnlyList<double> other) => one.Count == 0 || other.Count == 0
        ? null
        : 1 - one.Concat(other).Max(at => Math.Abs((one.Count(v => v <= at) / (double)one.Count) - (other.Count(v => v <= at) / (double)other.Count)));
}
