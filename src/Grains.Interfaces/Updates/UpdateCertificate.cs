namespace Hermes.Grains.Interfaces.Updates;

/// <summary>
/// The proof that what a model answered it still answers, and the measure of what is new. Of branches to the bit; of a new trunk by Dice: no old task lost more
/// than the tolerance, with 95 % confidence.
/// </summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateCertificate")]
public sealed record UpdateCertificate
{
    /// <summary>The update.</summary>
    [Id(0)] public required string Update { get; init; }

    /// <summary>The version it grew from, <c>NAME@VERSION</c>.</summary>
    [Id(1)] public required string Base { get; init; }

    /// <summary>Digest of that version.</summary>
    [Id(2)] public required string BaseDigest { get; init; }

    /// <summary>SHA-256 of the trunk, which the update reads and never writes.</summary>
    [Id(3)] public required string Trunk { get; init; }

    /// <summary>SHA-256 of the branches that were there before.</summary>
    [Id(4)] public required IReadOnlyList<string> FrozenBranches { get; init; }

    /// <summary>SHA-256 of the new branches.</summary>
    [Id(5)] public required IReadOnlyList<string> NewBranches { get; init; }

    /// <summary>Old groups asked through the worker that serves them, before and after it loaded, used and let go of the new branches.</summary>
    [Id(6)] public required IReadOnlyList<ProbedAnswer> Probes { get; init; }

    /// <summary>How good the new groups are on cases that were not learned from; where a dataset has none, on those that were, and a remark says so.</summary>
    [Id(7)] public required IReadOnlyList<MeasuredTask> NewTasks { get; init; }

    /// <summary>What the bits are promised for: devices with their kind and threads.</summary>
    [Id(8)] public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Whether old answers are proven: every probe equal, or every change within the tolerance where there are cases enough to say.</summary>
    [Id(9)] public required bool IsGranted { get; init; }

    /// <summary>What it does not say, and why it was refused if it was, in sentences.</summary>
    [Id(10)] public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>When it was written.</summary>
    [Id(11)] public required DateTimeOffset At { get; init; }

    /// <summary>SHA-256 of the new trunk, if there is one.</summary>
    [Id(12)] public string? NewTrunk { get; init; }

    /// <summary>How the old tasks changed by the new trunk.</summary>
    [Id(13)] public IReadOnlyList<TaskChange> Changes { get; init; } = [];

    /// <summary>The largest loss of mean Dice that was allowed.</summary>
    [Id(14)] public double? Tolerance { get; init; }

    /// <summary>Whether an old task has too few cases for a statement, so that a person must accept it.</summary>
    [Id(15)] public bool NeedsAcceptance { get; init; }

    /// <summary>When a person accepted that.</summary>
    [Id(16)] public DateTimeOffset? Accepted { get; init; }
}

/// <summary>How an old task changed by a new trunk, on cases that neither network learned from or was chosen by.</summary>
/// <param name="Group">The prompt group.</param>
/// <param name="Task">The task.</param>
/// <param name="Cases">Cases in which it occurs.</param>
/// <param name="Before">Mean Dice before.</param>
/// <param name="After">Mean Dice after.</param>
/// <param name="Difference">Mean over the cases of after less before.</param>
/// <param name="LowerBound">One-sided 95 % lower bound of the difference by paired bootstrap over cases; null where there are too few.</param>
[GenerateSerializer, Immutable, Alias("hermes.TaskChange")]
public sealed record TaskChange(
    [property: Id(0)] string Group,
    [property: Id(1)] string Task,
    [property: Id(2)] int Cases,
    [property: Id(3)] double Before,
    [property: Id(4)] double After,
    [property: Id(5)] double Difference,
    [property: Id(6)] double? LowerBound);

/// <summary>What an old prompt group answered to a case.</summary>
/// <param name="Group">The prompt group.</param>
/// <param name="Case">The case, <c>site/dataset/case</c>.</param>
/// <param name="Before">SHA-256 of the label map before.</param>
/// <param name="After">The same after.</param>
[GenerateSerializer, Immutable, Alias("hermes.ProbedAnswer")]
public sealed record ProbedAnswer(
    [property: Id(0)] string Group,
    [property: Id(1)] string Case,
    [property: Id(2)] string Before,
    [property: Id(3)] string After)
{
    /// <summary>Whether not a bit moved.</summary>
    public bool IsEqual => Before == After;
}

/// <summary>Dice of a new task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Dice">Mean over the cases in which it occurs; null if it occurs in none.</param>
/// <param name="Cases">Cases in which it occurs.</param>
/// <param name="Split">The split they are of.</param>
/// <param name="Baseline">The same of a network of its own with the same budget; null where none was asked for.</param>
[GenerateSerializer, Immutable, Alias("hermes.MeasuredTask")]
public sealed record MeasuredTask(
    [property: Id(0)] string Task,
    [property: Id(1)] double? Dice,
    [property: Id(2)] int Cases,
    [property: Id(3)] Datasets.Split Split,
    [property: Id(4)] double? Baseline = null);
