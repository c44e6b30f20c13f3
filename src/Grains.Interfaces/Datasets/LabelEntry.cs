namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>One row of a dataset's label map.</summary>
/// <param name="Value">The voxel value in the label volumes, 1 or more; 0 is background.</param>
/// <param name="Structure">The name of the structure in this dataset.</param>
/// <param name="Task">The task it belongs to: <c>dataset/structure</c>, or another dataset's task when the prior is shared.</param>
[GenerateSerializer, Immutable, Alias("hermes.LabelEntry")]
public sealed record LabelEntry(
    [property: Id(0)] int Value,
    [property: Id(1)] string Structure,
    [property: Id(2)] string Task);
