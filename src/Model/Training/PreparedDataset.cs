using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;

namespace Hermes.Model.Training;

/// <summary>A dataset as training sees it: its prompt group and its prepared cases, which the caller keeps open.</summary>
/// <param name="Group">Name, modality, and the ordered tasks with their label values.</param>
/// <param name="Training">Cases to learn from, with labels.</param>
/// <param name="Validation">Cases to validate on, with labels; may be empty.</param>
public sealed record PreparedDataset(DatasetPrompt Group, IReadOnlyList<PreparedCaseFile> Training, IReadOnlyList<PreparedCaseFile> Validation);
