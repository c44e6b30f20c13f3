using System.Text.Json.Serialization;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Runs;

/// <summary>What a trainer tells the run; exactly one of the members is set, or only progress.</summary>
[GenerateSerializer, Immutable, Alias("hermes.TrainReport")]
public sealed record TrainReport
{
    /// <summary>What is being done; one of <see cref="Progress.Phases"/>.</summary>
    [Id(0)] public string Phase { get; init; } = "";

    /// <summary>Done, in the phase's units (cases, steps).</summary>
    [Id(1)] public int Done { get; init; }

    /// <summary>Of how many.</summary>
    [Id(2)] public int Total { get; init; }

    /// <summary>Numbers of the last step.</summary>
    [Id(3)] public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>A new checkpoint, already in the blob store.</summary>
    [Id(4)] public CheckpointHead? Checkpoint { get; init; }

    /// <summary>The metrics since the checkpoint before, in the blob store.</summary>
    [Id(5)] public MetricsChunk? Chunk { get; init; }

    /// <summary>The result, when training is done.</summary>
    [Id(6)] public ModelVersionContent? Completed { get; init; }

    /// <summary>Why the work failed and repeating it would not help.</summary>
    [Id(7)] public Failure? Failed { get; init; }

    /// <summary>How the worker was lost ("worker exited 137 at step 210"); the run goes on from its last checkpoint.</summary>
    [Id(8)] public string? Lost { get; init; }

    /// <summary>The worker stopped because a cancel was asked for; <see cref="Message"/> tells what it could not save, or for whom it made room.</summary>
    [Id(9)] public bool Cancelled { get; init; }

    /// <summary>Sentence for people.</summary>
    [Id(10)] public string? Message { get; init; }

    /// <summary>Whether the worker was lost over other work that it shared with this run; does not count as the run's crash.</summary>
    [Id(11)] public bool LostOverOther { get; init; }

    /// <summary>The result, when a branch is learned.</summary>
    [Id(12)] public ModelBranch? CompletedBranch { get; init; }

    /// <summary>What the newest validation found of a few cases, in the blob store; comes with a checkpoint.</summary>
    [Id(13)] public SampleStrip? Samples { get; init; }

    /// <summary>Whether it is the last one of its order.</summary>
    [JsonIgnore]
    public bool IsEnd => this is { Completed: not null } or { CompletedBranch: not null } or { Failed: not null } or { Cancelled: true };

    /// <summary>Whether the next one says all that this one does, so that it may be passed over: the last of a phase whose length is known has no next.</summary>
    [JsonIgnore]
    public bool IsOnlyProgress => this is { IsEnd: false, Checkpoint: null, Chunk: null, Samples: null, Lost: null, Message: null } && (Total == 0 || Done != Total);
}

/// <summary>
/// A stretch of a run's metrics, kept as JSON lines: those of a step have its number as <c>step</c> and numbers named by <see cref="MetricKeys"/>, those of a
/// validation its step and a <see cref="ValidationLine"/> as <c>validation</c>.
/// </summary>
/// <param name="FirstStep">First step in it, 1-based.</param>
/// <param name="LastStep">Last step in it that counts.</param>
/// <param name="Blob">Where it is; it may hold steps after the last that counts, of a worker that was lost before they were in a checkpoint.</param>
[GenerateSerializer, Immutable, Alias("hermes.MetricsChunk")]
public sealed record MetricsChunk([property: Id(0)] int FirstStep, [property: Id(1)] int LastStep, [property: Id(2)] BlobRef Blob);

/// <summary>What a validation found, as a stretch of metrics tells it.</summary>
/// <param name="MeanDice">The mean over datasets of the mean over their tasks; null when no case has any.</param>
/// <param name="Tasks">Every task over all cases.</param>
/// <param name="Cases">Every case; none in what older platforms wrote.</param>
public sealed record ValidationLine(double? MeanDice, IReadOnlyList<ValidatedTask> Tasks, IReadOnlyList<ValidatedCase>? Cases = null);

/// <summary>What a validation found of one case.</summary>
/// <param name="Dataset">Its dataset.</param>
/// <param name="CaseId">The case.</param>
/// <param name="Dice">Dice of every task that its reference has.</param>
public sealed record ValidatedCase(string Dataset, string CaseId, IReadOnlyDictionary<string, double> Dice)
{
    /// <summary>The mean over tasks; null when its reference has none.</summary>
    [JsonIgnore]
    public double? MeanDice => Dice.Count > 0 ? Dice.Values.Average() : null;
}
