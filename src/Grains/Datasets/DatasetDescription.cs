using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Progress;

namespace Hermes.Grains.Datasets;

/// <summary>How a dataset is shown, and what is told of it.</summary>
internal static class DatasetDescription
{
    public static DatasetStatus Status(DatasetRecord record)
    {
        var newest = record.Versions.Count > 0 ? record.Versions[^1] : null;
        return new DatasetStatus
        {
            Declaration = record.Declaration,
            State = record.State,
            Version = newest?.Version ?? 0,
            Cases = newest?.Cases ?? 0,
            CasesPerSplit = newest?.CasesPerSplit ?? new Dictionary<Split, int>(),
            Ingested = record.Add?.Done ?? 0,
            IngestTotal = record.Add?.Cases ?? 0,
            Problems = record.Problems,
            ProblemCount = record.ProblemCount,
            Warnings = newest?.Warnings ?? [],
            WarningCount = newest?.WarningCount ?? 0,
            VolumesMl = newest?.VolumesMl ?? new Dictionary<string, double>(),
            Updates = record.Updates,
            Uses = [.. record.Uses.Where(u => u.Version > 0)],
            Withdrawal = record.Withdrawal,
        };
    }

    public static Happening Event(DatasetRecord record, string? message) => new()
    {
        State = record.State.Word(),
        Phase = record.State.IsLookedInto() ? Phases.Ingest : "",
        Done = record.Add?.Done ?? 0,
        Total = record.Add?.Cases ?? 0,
        Message = record.State switch
        {
            DatasetState.Refused or DatasetState.Ready when record.Problems is [var first, ..] => first.Message,
            DatasetState.Withdrawn => "It was withdrawn.",
            DatasetState.Ready => $"Version {record.Versions[^1].Version} has {record.Versions[^1].Cases} cases.",
            _ => message,
        },
        IsLast = record.State is DatasetState.Ready or DatasetState.Refused or DatasetState.Withdrawn,
    };

    public static DatasetReady Ready(string key, string actor, DateTimeOffset now, DatasetDeclaration declaration, DatasetVersionHead version) => new()
    {
        EventId = $"dataset/{key}@{version.Version}",
        At = now,
        Subject = $"{key}@{version.Version}",
        Actor = actor,
        Dataset = new PinnedDataset(key, version.Version),
        Cases = version.Cases,
        Modality = declaration.Modality,
        Tasks = [.. declaration.Labels.Select(l => l.Task)],
        Grow = declaration.Grow,
    };

    public static DatasetWithdrawn Withdrawn(string key, string actor, DateTimeOffset now, bool retireTrunks) => new()
    {
        EventId = retireTrunks ? $"dataset/{key}/withdrawn with trunks" : $"dataset/{key}/withdrawn",
        At = now,
        Subject = key,
        Actor = actor,
        Dataset = key,
        RetireTrunks = retireTrunks,
    };
}
