using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Cli.Output;

/// <summary>A run as <c>run</c> and <c>train</c> print it.</summary>
internal sealed record RunDocument
{
    public required string Name { get; init; }

    public required string State { get; init; }

    public required int Step { get; init; }

    /// <summary>0 until the configuration was read.</summary>
    public required int StepsTotal { get; init; }

    public required string Phase { get; init; }

    /// <summary>Why it failed, was interrupted or waits.</summary>
    public string? Cause { get; init; }

    public string? CauseFile { get; init; }

    public string? CauseHint { get; init; }

    /// <summary>Why it waits for a device, while it does.</summary>
    public string? Waits { get; init; }

    /// <summary>What there was to say of it last.</summary>
    public string? Note { get; init; }

    /// <summary>Why the platform cannot store anything now.</summary>
    public string? Trouble { get; init; }

    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>The updates that it learns for; none for a run that makes a model.</summary>
    public required IReadOnlyList<string> Updates { get; init; }

    /// <summary>The studies of what tasks gain from each other that it learns for, by the version that they are of.</summary>
    public required IReadOnlyList<string> Studies { get; init; }

    public string? Model { get; init; }

    public int? ModelVersion { get; init; }

    public string? Preset { get; init; }

    /// <summary>What was asked for beside the preset or configuration file, in the words of the command line; empty for nothing.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    public long? Seed { get; init; }

    public string? Device { get; init; }

    public required IReadOnlyList<CheckpointRow> Checkpoints { get; init; }

    /// <summary>What the best checkpoint was worth on the validation cases, task by task; empty until one was validated.</summary>
    public required IReadOnlyList<TaskRow> Validation { get; init; }

    /// <summary>The tasks of which that checkpoint finds next to nothing.</summary>
    public required IReadOnlyList<string> NotLearned { get; init; }

    public required IReadOnlyDictionary<string, double> LastMetrics { get; init; }

    public DateTimeOffset? Created { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>Seconds since the run was asked for, to its end or until now.</summary>
    public double? Seconds { get; init; }

    public static RunDocument Of(RunStatus status, TimeProvider time) => Of(status, time, status.Checkpoints.Where(c => c.Score is not null).MaxBy(c => c.Score)?.Tasks ?? []);

    internal sealed record CheckpointRow(int Step, double? Score);

    internal sealed record TaskRow(string Task, double? Dice, int Cases);

    private static IReadOnlyList<string> ChangesOf(RunRequest? request) =>
    [
        .. request?.BatchSize is { } batch ? new[] { string.Create(CultureInfo.InvariantCulture, $"batch {batch}") } : [],
        .. request?.MicroBatch is { } atOnce ? new[] { string.Create(CultureInfo.InvariantCulture, $"micro-batch {atOnce}") } : [],
        .. request is { Devices: > 1 and var devices } ? new[] { string.Create(CultureInfo.InvariantCulture, $"{devices} devices") } : [],
        .. request?.PaperFaithful == true ? new[] { "paper-faithful" } : [],
    ];

    private static RunDocument Of(RunStatus status, TimeProvider time, IReadOnlyList<ValidatedTask> validated) => new()
    {
        Name = status.Name,
        State = status.State.Word(),
        Step = status.Step,
        StepsTotal = status.StepsTotal,
        Phase = status.Phase,
        Cause = status.Cause is null ? null : status.Cause.CaseId is { } c && !status.Cause.Message.Contains(c, StringComparison.Ordinal)
            ? $"Case {c}: {status.Cause.Message}"
            : status.Cause.Message,
        CauseFile = status.Cause?.File,
        CauseHint = RemedyWords.Hint(status.Cause),
        Waits = status.Waits,
        Note = status.Note,
        Trouble = status.Trouble is { } trouble ? string.Join(' ', new[] { trouble.Message, RemedyWords.Hint(trouble) }.Where(s => s is not null)) : null,
        Datasets = [.. status.Datasets.Select(d => $"{d.Dataset}@{d.Version}")],
        Updates = [.. status.UpdateNames()],
        Studies = [.. status.StudyKeys()],
        Model = status.Request?.Model,
        ModelVersion = status.ModelVersion,
        Preset = status.Request is { Branch: not null } ? null : status.Request is { Configuration: null } ? status.Request.Preset : status.Request?.ConfigurationFile,
        Changes = ChangesOf(status.Request),
        Seed = status.Request?.Seed,
        Device = status.Device,
        Checkpoints = [.. status.Checkpoints.Select(c => new CheckpointRow(c.Step, c.Score))],
        Validation = [.. validated.Select(t => new TaskRow(t.Task, t.Dice, t.Cases))],
        NotLearned = Output.NotLearned.Among(validated.Select(t => (t.Task, t.Dice))),
        LastMetrics = status.LastMetrics,
        Created = status.Created,
        Ended = status.Ended,
        Seconds = status.Created is { } from ? Math.Round(((status.Ended ?? time.GetUtcNow()) - from).TotalSeconds, 1) : null,
    };
}
