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
}
