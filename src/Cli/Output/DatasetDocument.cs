using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Cli.Output;

/// <summary>A dataset as <c>dataset list</c>, <c>show</c>, <c>add</c> and <c>append</c> print it.</summary>
internal sealed record DatasetDocument
{
    public required string Name { get; init; }

    public required string Modality { get; init; }

    public required string Site { get; init; }

    public required int Cases { get; init; }

    public required string State { get; init; }

    public required int Version { get; init; }

    public required IReadOnlyDictionary<string, int> Splits { get; init; }

    /// <summary>The version of its label schema, which follows from its label map.</summary>
    public string? LabelSchema { get; init; }

    public required IReadOnlyList<LabelRow> Labels { get; init; }

    public required int Ingested { get; init; }

    public required int IngestTotal { get; init; }

    public required IReadOnlyList<Failure> Problems { get; init; }

    public required int ProblemCount { get; init; }

    /// <summary>What is unusual about the newest version; its cases tell what is missing here.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required int WarningCount { get; init; }

    /// <summary>Updates that learn it, the newest last.</summary>
    public required IReadOnlyList<DatasetUpdate> Updates { get; init; }

    /// <summary>Live model versions that learned from it.</summary>
    public required IReadOnlyList<DatasetUse> Uses { get; init; }

    /// <summary>How it was taken out, if it was.</summary>
    public DatasetWithdrawal? Withdrawal { get; init; }

    /// <summary>What is away that an add or append under way waits for, in a sentence.</summary>
    public string? Waits { get; init; }

    /// <summary>The cases, where they were asked for.</summary>
    public IReadOnlyList<CaseRow>? CaseList { get; init; }

    public static DatasetDocument Of(DatasetStatus status) => new()
    {
        Name = status.Declaration?.Name ?? "",
        Modality = status.Declaration?.Modality ?? "",
        Site = status.Declaration?.Site ?? "",
        Cases = status.Cases,
        State = status.State.Word(),
        Version = status.Version,
        Splits = Enum.GetValues<Split>().ToDictionary(s => s.ToString().ToLowerInvariant(), s => status.CasesPerSplit.GetValueOrDefault(s)),
        LabelSchema = status.Declaration is { } declaration ? Grains.Interfaces.Datasets.LabelSchema.Of(declaration.Labels) : null,
        Labels = [.. (status.Declaration?.Labels ?? []).Select(l => new LabelRow(l.Value, l.Structure, l.Task, status.VolumesMl.GetValueOrDefault(l.Structure)))],
        Ingested = status.Ingested,
        IngestTotal = status.IngestTotal,
        Problems = status.Problems,
        ProblemCount = status.ProblemCount,
        Warnings = status.Warnings,
        WarningCount = status.WarningCount,
        Updates = status.Updates,
        Uses = status.Uses,
        Withdrawal = status.Withdrawal,
        Waits = status.Waits,
    };

    internal sealed record LabelRow(int Value, string Structure, string Task, double VolumeMl);

    internal sealed record CaseRow(
        string Case,
        string Split,
        IReadOnlyList<int> Size,
        IReadOnlyList<double> SpacingMm,
        string Orientation,
        double Minimum,
        double Maximum,
        bool HasLabel,
        IReadOnlyList<string> Warnings)
    {
        public static CaseRow Of(CaseRecord c) => new(
            c.CaseId,
            c.Split.ToString().ToLowerInvariant(),
            c.Facts.Size,
            c.Facts.SpacingMm,
            c.Facts.Orientation,
            c.Facts.Minimum,
            c.Facts.Maximum,
            c.Facts.Label is not null,
            c.Facts.Warnings);
    }
}
