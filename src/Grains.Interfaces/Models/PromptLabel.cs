namespace Hermes.Grains.Interfaces.Models;

/// <summary>A task of a prompt group and its value in the dataset's label maps.</summary>
/// <param name="Value">The label value.</param>
/// <param name="Task">The task.</param>
[GenerateSerializer, Immutable, Alias("hermes.PromptLabel")]
public sealed record PromptLabel([property: Id(0)] int Value, [property: Id(1)] string Task);
