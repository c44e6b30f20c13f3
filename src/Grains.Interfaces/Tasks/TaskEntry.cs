namespace Hermes.Grains.Interfaces.Tasks;

/// <summary>One row of the task registry.</summary>
/// <param name="Index">Its position, given once and for ever.</param>
/// <param name="Task">The task, <c>dataset-namespace/structure</c>.</param>
/// <param name="DeclaredBy">The key of the dataset that declared it first.</param>
[GenerateSerializer, Immutable, Alias("hermes.TaskEntry")]
public sealed record TaskEntry(
    [property: Id(0)] int Index,
    [property: Id(1)] string Task,
    [property: Id(2)] string DeclaredBy);
