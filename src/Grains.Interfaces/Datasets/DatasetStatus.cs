namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>What a dataset is now.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetStatus")]
public sealed record DatasetStatus
{
    /// <summary>The declaration, or null while absent.</summary>
    [Id(0)] public DatasetDeclaration? Declaration { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(1)] public required DatasetState State { get; init; }

    /// <summary>The newest version, 1-based, or 0.</summary>
    [Id(2)] public int Version { get; init; }

    /// <summary>Cases in the newest version.</summary>
    [Id(3)] public int Cases { get; init; }

    /// <summary>Cases per split in the newest version.</summary>
    [Id(4)] public IReadOnlyDictionary<Split, int> CasesPerSplit { get; init; } = new Dictionary<Split, int>();

    /// <summary>Cases of an add under way that are through, and all of them.</summary>
    [Id(5)] public int Ingested { get; init; }

    /// <summary>Cases of an add under way.</summary>
    [Id(6)] public int IngestTotal { get; init; }

    /// <summary>Why the last add was refused, one entry a problem.</summary>
    [Id(7)] public IReadOnlyList<Failure> Problems { get; init; } = [];

    /// <summary>Sum of label volumes per structure in ml over all cases.</summary>
    [Id(8)] public IReadOnlyDictionary<string, double> VolumesMl { get; init; } = new Dictionary<string, double>();
}
