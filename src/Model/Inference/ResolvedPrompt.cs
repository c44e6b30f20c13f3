using System.Collections.Immutable;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;

namespace Hermes.Model.Inference;

/// <summary>A question made definite: what the network is prompted with, and which of its channels answer.</summary>
/// <param name="Sample">The prompt.</param>
/// <param name="Channels">The wanted channels, in output order.</param>
/// <param name="Labels">The wanted tasks and their label values, in output order.</param>
/// <param name="Group">The group prompted, or null.</param>
public sealed record ResolvedPrompt(SamplePrompt Sample, ImmutableArray<int> Channels, ImmutableArray<LabelledTask> Labels, string? Group)
{
    /// <summary>
    /// The value that each task prompted gets in a label map, 0 for one that was not wanted: a voxel belongs to whichever task of
    /// the prompt claims it most, and is background if nobody asked for that task. So what a structure is does not depend on what else was asked.
    /// </summary>
    public ImmutableArray<ushort> LabelMapValues =>
        [.. Enumerable.Range(0, Sample.Tasks.Length).Select(channel => Channels.IndexOf(channel) is >= 0 and var wanted ? Labels[wanted].Value : (ushort)0)];

    /// <summary>Finds the prompt for a question among a model's groups.</summary>
    /// <exception cref="ArgumentException">No group fits, several do, or a task or modality is unknown.</exception>
    public static ResolvedPrompt Resolve(SegmentationQuestion question, IReadOnlyList<DatasetPrompt> groups, PriorVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(vocabulary);
        foreach (string task in question.Tasks)
        {
            vocabulary.TaskRow(task);
        }
        if (question.Modality is not null)
        {
            vocabulary.ModalityRow(question.Modality);
        }
        if (question.Tasks.Distinct(StringComparer.Ordinal).Count() != question.Tasks.Count)
        {
            throw new ArgumentException("A task is asked for twice.", nameof(question));
        }
        if (question.ExactPrompt && question.Tasks.Count > 0)
        {
            return Exact(question, groups);
        }
        DatasetPrompt group = Find(question, groups);
        ImmutableArray<LabelledTask> wanted = question.Tasks.Count == 0 ? group.Labels : [.. question.Tasks.Select(task => Label(group, task))];
        return new ResolvedPrompt(
            new SamplePrompt(group.Tasks, question.Modality ?? group.Modality), [.. wanted.Select(label => group.Labels.IndexOf(label))], wanted, group.Name);
    }

    private static ResolvedPrompt Exact(SegmentationQuestion question, IReadOnlyList<DatasetPrompt> groups)
    {
        DatasetPrompt? home = question.PromptGroup is { } name ? Named(name, groups) : groups.FirstOrDefault(g => question.Tasks.All(g.Tasks.Contains));
        // Label values of different groups may collide, so tasks from several are numbered anew.
        ImmutableArray<LabelledTask> labels = home is not null && question.Tasks.All(home.Tasks.Contains)
            ? [.. question.Tasks.Select(task => Label(home, task))]
            : [.. question.Tasks.Select((task, i) => new LabelledTask((ushort)(i + 1), task))];
        return new ResolvedPrompt(
            new SamplePrompt([.. question.Tasks], question.Modality ?? home?.Modality), [.. Enumerable.Range(0, labels.Length)], labels, home?.Name);
    }

    private static DatasetPrompt Find(SegmentationQuestion question, IReadOnlyList<DatasetPrompt> groups)
    {
        if (question.PromptGroup is { } name)
        {
            return Named(name, groups);
        }
        DatasetPrompt[] fitting = [.. groups.Where(g => question.Tasks.All(g.Tasks.Contains))];
        if (fitting.Length == 0)
        {
            throw new ArgumentException($"No prompt group has all of {string.Join(", ", question.Tasks)}: ask for tasks of one group, or for an exact prompt.", nameof(question));
        }
        if (fitting.Length > 1 && question.Modality is not null)
        {
            fitting = [.. fitting.Where(g => g.Modality == question.Modality)];
        }
        return fitting.Length == 1
            ? fitting[0]
            : throw new ArgumentException(
                $"{(fitting.Length == 0 ? "None" : "Several")} of the prompt groups {string.Join(", ", groups.Select(g => g.Name))} fit the question: name one.", nameof(question));
    }

    private static DatasetPrompt Named(string name, IReadOnlyList<DatasetPrompt> groups) => groups.FirstOrDefault(g => g.Name == name)
        ?? throw new ArgumentException($"Unknown prompt group '{name}': the model has {string.Join(", ", groups.Select(g => g.Name))}.");

    private static LabelledTask Label(DatasetPrompt group, string task) => group.Labels.FirstOrDefault(label => label.Task == task)
        ?? throw new ArgumentException($"The prompt group '{group.Name}' has no task '{task}': it has {string.Join(", ", group.Tasks)}.");
}
