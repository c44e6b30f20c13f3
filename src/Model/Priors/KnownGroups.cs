using Hermes.Imaging.Structures;

namespace Hermes.Model.Priors;

/// <summary>What is known of tasks before anything is learned, and may show in their priors.</summary>
public static class KnownGroups
{
    /// <summary>Asks for tasks of one structure in several datasets, for the left and right of a pair, and for datasets of one modality.</summary>
    /// <param name="tasks">Tasks, <c>dataset/structure</c>.</param>
    /// <param name="modality">The modality of a dataset; null when it is not known.</param>
    public static IReadOnlyList<GroupQuestion> Questions(IReadOnlyList<string> tasks, Func<string, string?> modality)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(modality);
        List<(string Dataset, string Structure)> named = [.. tasks.Select(Parts)];
        List<string> datasets = [.. named.Select(n => n.Dataset).Distinct(StringComparer.Ordinal)];
        int[] each = [.. Enumerable.Range(0, tasks.Count)];
        int[] dataset = [.. named.Select(n => datasets.IndexOf(n.Dataset))];
        return
        [
            // Dealt within a dataset, so that what its tasks have in common is no evidence.
            new GroupQuestion("the same structure in other datasets", each, [.. named.Select(n => n.Structure)], dataset, dataset, Across: true),
            new GroupQuestion("left and right of a pair", each, [.. tasks.Select(Paired)], dataset, dataset, Across: false),
            new GroupQuestion("the same modality in other datasets", dataset, [.. datasets.Select(modality)], new int[datasets.Count], dataset, Across: true),
        ];
    }

    /// <summary>The dataset and the structure of a task; names are the same whatever their capitals.</summary>
    internal static (string Dataset, string Structure) Parts(string task)
    {
        var (dataset, structure) = Named(task);
        return (dataset, structure.ToLowerInvariant());
    }

    // What is left of the name of a paired structure without its side; null for others.
    private static string? Paired(string task) => StructureName.Of(Named(task).Structure) is { HasSide: true, Words.Length: > 0 } name ? string.Join(' ', name.Words) : null;

    private static (string Dataset, string Structure) Named(string task)
    {
        var slash = task.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 ? "" : task[..slash], task[(slash + 1)..]);
    }
}
