using System.Collections.Immutable;

namespace Hermes.Imaging.Prompts;

/// <summary>
/// The tasks of a dataset that are prompted together. Image features attend to the whole prompt, so a model remembers what was asked
/// together in training.
/// </summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Modality">Its modality, or null if it is unknown.</param>
/// <param name="Labels">The tasks in prompt order.</param>
public sealed record DatasetPrompt(string Name, string? Modality, ImmutableArray<LabelledTask> Labels)
{
    /// <summary>The tasks in prompt order.</summary>
    public ImmutableArray<string> Tasks => [.. Labels.Select(label => label.Task)];

    /// <summary>The question about one image.</summary>
    public SamplePrompt Sample() => new(Tasks, Modality);

    /// <summary>Refuses a group that cannot be prompted.</summary>
    /// <exception cref="ArgumentException">No tasks, a task or value twice, or the value 0.</exception>
    public void Validate()
    {
        if (Labels.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"The prompt group '{Name}' has no tasks.");
        }

        if (Labels.DistinctBy(label => label.Task).Count() != Labels.Length || Labels.DistinctBy(label => label.Value).Count() != Labels.Length)
        {
            throw new ArgumentException($"The prompt group '{Name}' lists a task or a label value twice.");
        }

        if (Labels.Any(label => label.Value == 0))
        {
            throw new ArgumentException($"The prompt group '{Name}' gives a task the label value 0, which is background.");
        }
    }

    /// <inheritdoc/>
    public bool Equals(DatasetPrompt? other) => other is not null && Name == other.Name && Modality == other.Modality && Labels.SequenceEqual(other.Labels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Modality, Labels.Length);
}

/// <summary>A task of a prompt group.</summary>
/// <param name="Value">Its value in the dataset's label maps, from 1.</param>
/// <param name="Task">The task's identity, such as <c>amos/liver</c>.</param>
public sealed record LabelledTask(ushort Value, string Task);

/// <summary>What is asked about one image: an ordered list of tasks and the modality. The null token is implied: every prompt has exactly one.</summary>
/// <param name="Tasks">Distinct task identities; output channels come in this order.</param>
/// <param name="Modality">The modality, or null if it is unknown.</param>
public sealed record SamplePrompt(ImmutableArray<string> Tasks, string? Modality);
