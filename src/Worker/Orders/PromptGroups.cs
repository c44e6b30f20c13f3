using Hermes.Grains.Interfaces.Models;
using Hermes.Imaging.Prompts;

namespace Hermes.Worker.Orders;

/// <summary>Prompt groups as the platform tells of them.</summary>
internal static class PromptGroups
{
    /// <summary>A group of a package; a modality that is not known is <see cref="ModalityNames.Unknown"/>.</summary>
    public static PromptGroup ToPromptGroup(this DatasetPrompt group) => new(
        group.Name, group.Modality ?? ModalityNames.Unknown, [.. group.Labels.Select(l => new PromptLabel(l.Value, l.Task))]);
}
