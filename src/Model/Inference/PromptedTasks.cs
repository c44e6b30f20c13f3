using System.Collections.Immutable;
using Hermes.Imaging.Prompts;

namespace Hermes.Model.Inference;

/// <summary>What the network is prompted with, and which of its channels are wanted.</summary>
/// <param name="Sample">The prompt.</param>
/// <param name="Wanted">The tasks wanted, in output order, with the value each gets in a label map.</param>
public sealed record PromptedTasks(SamplePrompt Sample, ImmutableArray<LabelledTask> Wanted)
{
    /// <summary>All tasks of a dataset.</summary>
    public static PromptedTasks Of(DatasetPrompt prompt) => new(prompt.Sample(), prompt.Labels);

    /// <summary>The channels wanted, in output order.</summary>
    internal ImmutableArray<int> Channels => [.. Wanted.Select(label => Sample.Tasks.IndexOf(label.Task))];

    /// <summary>
    /// The value that each task prompted gets in a label map, 0 for one that was not wanted: a voxel belongs to whichever task of
    /// the prompt claims it most, and is background if nobody asked for that task. So what a structure is does not depend on what else was asked.
    /// </summary>
    internal ImmutableArray<ushort> LabelMapValues => [.. Sample.Tasks.Select(task => Wanted.FirstOrDefault(label => label.Task == task)?.Value ?? 0)];

    /// <summary>Refuses what cannot be answered.</summary>
    /// <exception cref="ArgumentException">A task is wanted that is not prompted, a task or value is wanted twice, or a value is 0, which is background.</exception>
    internal void Validate()
    {
        if (Wanted.IsDefaultOrEmpty || Wanted.FirstOrDefault(label => !Sample.Tasks.Contains(label.Task)) is not null)
        {
            throw new ArgumentException($"Of the prompt {string.Join(", ", Sample.Tasks)} nothing is wanted, or a task that is not in it.");
        }

        if (Wanted.DistinctBy(label => label.Task).Count() != Wanted.Length
            || Wanted.DistinctBy(label => label.Value).Count() != Wanted.Length
            || Wanted.Any(label => label.Value == 0))
        {
            throw new ArgumentException("A task or a value is wanted twice, or a value is 0, which is background.");
        }
    }
}
