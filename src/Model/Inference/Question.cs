using Hermes.Model.Checkpoints;

namespace Hermes.Model.Inference;

/// <summary>A question about an image.</summary>
/// <param name="Asked">What is prompted and wanted.</param>
/// <param name="Branch">The branch of the prompt group asked, which the caller keeps; null for what was trained with the model.</param>
/// <param name="Separate">One mask per task instead of one label map.</param>
public sealed record Question(PromptedTasks Asked, BranchPackage? Branch = null, bool Separate = false);
