namespace Hermes.Imaging.Prompts;

/// <summary>A task of a prompt group.</summary>
/// <param name="Value">Its value in the dataset's label maps, from 1.</param>
/// <param name="Task">The task's identity, such as <c>amos/liver</c>.</param>
public sealed record LabelledTask(ushort Value, string Task);
