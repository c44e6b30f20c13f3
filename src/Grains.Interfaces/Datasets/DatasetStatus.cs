namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>What a dataset is now.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetStatus")]
public sealed record DatasetStatus
{
    /// <summary>Problems and warnings that a status holds; the dataset has the others.</summary>
    public const int Told = 50;

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

    /// <summary>Cases of an add or append under way that are through.</summary>
    [Id(5)] public int Ingested { get; init; }

    /// <summary>Cases of an add or append under way.</summary>
    [Id(6)] public int IngestTotal { get; init; }

    /// <summary>Why the last add or append was refused, one entry a problem; the first <see cref="Told"/>.</summary>
    [Id(7)] public IReadOnlyList<Failure> Problems { get; init; } = [];

    /// <summary>Sum of label volumes per structure in ml over all cases.</summary>
    [Id(8)] public IReadOnlyDictionary<string, double> VolumesMl { get; init; } = new Dictionary<string, double>();

    /// <summary>How many problems there are.</summary>
    [Id(9)] public int ProblemCount { get; init; }

    /// <summary>What is unusual about the newest version, in sentences; the first <see cref="Told"/>.</summary>
    [Id(10)] public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How many such sentences there are.</summary>
    [Id(11)] public int WarningCount { get; init; }

    /// <summary>Updates that learn it, the newest last.</summary>
    [Id(12)] public IReadOnlyList<DatasetUpdate> Updates { get; init; } = [];

    /// <summary>Model versions that are live with it, in the order of the models' names.</summary>
    [Id(13)] public IReadOnlyList<DatasetUse> Uses { get; init; } = [];

    /// <summary>How it was taken out, if it was.</summary>
    [Id(14)] public DatasetWithdrawal? Withdrawal { get; init; }

    /// <summary>What is away that an add or append under way needs, in a sentence, while it waits for that.</summary>
    [Id(15)] public string? Waits { get; init; }
}
