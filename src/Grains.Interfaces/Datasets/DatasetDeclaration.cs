namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>What a user says of a dataset before any file is looked into.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetDeclaration")]
public sealed record DatasetDeclaration
{
    /// <summary>The dataset's name, unique within its site and, as a task namespace, within the platform.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>The site it belongs to.</summary>
    [Id(1)] public string Site { get; init; } = Names.DefaultSite;

    /// <summary>Modality of all its images: ct, pet, t1, t2, cine, mr (unknown MRI) or any later one.</summary>
    [Id(2)] public required string Modality { get; init; }

    /// <summary>The label map, in ascending order of values.</summary>
    [Id(3)] public required IReadOnlyList<LabelEntry> Labels { get; init; }

    /// <summary>The model that learns every version of it as soon as that is ready; null for none but those whose rules cover it.</summary>
    [Id(4)] public string? Grow { get; init; }
}

/// <summary>One row of a dataset's label map.</summary>
/// <param name="Value">The voxel value in the label volumes, 1 or more; 0 is background.</param>
/// <param name="Structure">The name of the structure in this dataset.</param>
/// <param name="Task">The task it belongs to: <c>dataset/structure</c>, or another dataset's task when the prior is shared.</param>
[GenerateSerializer, Immutable, Alias("hermes.LabelEntry")]
public sealed record LabelEntry(
    [property: Id(0)] int Value,
    [property: Id(1)] string Structure,
    [property: Id(2)] string Task);

/// <summary>What a case is used for. Drawn once per patient, never moved.</summary>
[GenerateSerializer]
public enum Split
{
    /// <summary>Learned from.</summary>
    Train = 0,

    /// <summary>Watched while learning, to keep the best checkpoint.</summary>
    Validation = 1,

    /// <summary>Never seen while learning.</summary>
    Test = 2,
}
