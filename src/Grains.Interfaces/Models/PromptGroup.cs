namespace Hermes.Grains.Interfaces.Models;

/// <summary>The tasks of a dataset that are prompted together, in order.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Modality">The modality the prompt uses.</param>
/// <param name="Labels">Tasks in prompt order with the value each has in a label map.</param>
[GenerateSerializer, Immutable, Alias("hermes.PromptGroup")]
public sealed record PromptGroup(
    [property: Id(0)] string Name,
    [property: Id(1)] string Modality,
    [property: Id(2)] IReadOnlyList<PromptLabel> Labels);

/// <summary>A task of a prompt group and its value in the dataset's label maps.</summary>
/// <param name="Value">The label value.</param>
/// <param name="Task">The task.</param>
[GenerateSerializer, Immutable, Alias("hermes.PromptLabel")]
public sealed record PromptLabel([property: Id(0)] int Value, [property: Id(1)] string Task);
