using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Cli.Output;

/// <summary>An update as <c>update</c> prints it.</summary>
internal sealed record UpdateDocument
{
    public required string Name { get; init; }

    public required string State { get; init; }

    /// <summary>The version it grows from.</summary>
    public required string From { get; init; }

    public required string Policy { get; init; }

    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>Optimiser steps of each branch, or of the new trunk.</summary>
    public int? Steps { get; init; }

    /// <summary>The time that became these steps when the update was asked for; null where none was given.</summary>
    public double? Minutes { get; init; }

    /// <summary>What a step was taken to last then.</summary>
    public double? SecondsPerStep { get; init; }

    public required IReadOnlyList<BranchRow> Branches { get; init; }

    public required IReadOnlyList<TrunkRow> Trunks { get; init; }

    public string? Cause { get; init; }

    public string? CauseHint { get; init; }

    /// <summary>The version it became part of.</summary>
    public int? PromotedVersion { get; init; }

    public UpdateCertificate? Certificate { get; init; }

    /// <summary>What was odd about its datasets when it was asked for.</summary>
    public required IReadOnlyList<UpdateConflict> Conflicts { get; init; }

    public DateTimeOffset? Created { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public double? Seconds { get; init; }

    public static UpdateDocument Of(UpdateStatus status, TimeProvider time) => new()
    {
        Name = status.Name,
        State = status.State.Word(),
        From = $"{status.Request?.Model}@{status.BaseVersion}",
        Policy = status.Request?.Policy.ToString().ToLowerInvariant() ?? "",
        Datasets = status.Request?.Datasets ?? [],
        Steps = status.Steps > 0 ? status.Steps : null,
        Minutes = status.Request?.Minutes,
        SecondsPerStep = status.SecondsPerStep,
        Branches = [.. status.Branches.Select(b => new BranchRow(
            $"{b.Dataset.Dataset}@{b.Dataset.Version}", b.Run, b.Steps, b.Learned?.Parameters, b.Learned?.Score, b.Learned?.Package.Sha256))],
        Trunks = [.. status.Trunks.Select(t => new TrunkRow(
            t.Scope.ToString().ToLowerInvariant(), [.. t.Datasets.Select(d => $"{d.Dataset}@{d.Version}")], t.Run, t.Steps, t.Learned?.Parameters, t.Learned?.Package.Sha256))],
        Cause = status.Cause?.Message,
        CauseHint = RemedyWords.Hint(status.Cause),
        PromotedVersion = status.PromotedVersion,
        Certificate = status.Certificate,
        Conflicts = status.Conflicts,
        Created = status.Created,
        Ended = status.Ended,
        Seconds = status.Created is { } from ? Math.Round(((status.Ended ?? time.GetUtcNow()) - from).TotalSeconds, 1) : null,
    };

    internal sealed record TrunkRow(string Scope, IReadOnlyList<string> Datasets, string Run, int Steps, long? Parameters, string? Package);

    internal sealed record BranchRow(string Dataset, string Run, int Steps, long? Parameters, double? Score, string? Package);
}
