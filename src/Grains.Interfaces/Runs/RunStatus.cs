using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Runs;

/// <summary>What a run is now.</summary>
[GenerateSerializer, Immutable, Alias("hermes.RunStatus")]
public sealed record RunStatus
{
    /// <summary>The run's name.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Where it stands. RUNNING only while a live lease backs it.</summary>
    [Id(1)] public required RunState State { get; init; }

    /// <summary>What was asked, or null while absent.</summary>
    [Id(2)] public RunRequest? Request { get; init; }

    /// <summary>The dataset versions it is bound to.</summary>
    [Id(3)] public IReadOnlyList<PinnedDataset> Datasets { get; init; } = [];

    /// <summary>Optimiser steps done.</summary>
    [Id(4)] public int Step { get; init; }

    /// <summary>Optimiser steps in all.</summary>
    [Id(5)] public int StepsTotal { get; init; }

    /// <summary>What is being done; one of <see cref="Progress.Phases"/>.</summary>
    [Id(6)] public string Phase { get; init; } = "";

    /// <summary>Why it failed, was interrupted or waits.</summary>
    [Id(7)] public Failure? Cause { get; init; }

    /// <summary>Checkpoints that are kept, oldest first.</summary>
    [Id(8)] public IReadOnlyList<CheckpointHead> Checkpoints { get; init; } = [];

    /// <summary>Metrics that are kept, in order.</summary>
    [Id(9)] public IReadOnlyList<MetricsChunk> Metrics { get; init; } = [];

    /// <summary>The device that works on it, if any.</summary>
    [Id(10)] public string? Device { get; init; }

    /// <summary>Digest of the published weights, once completed.</summary>
    [Id(11)] public BlobRef? Package { get; init; }

    /// <summary>The model version that came of it, once published.</summary>
    [Id(12)] public int? ModelVersion { get; init; }

    /// <summary>Numbers of the last step reported; see <see cref="MetricKeys"/>.</summary>
    [Id(13)] public IReadOnlyDictionary<string, double> LastMetrics { get; init; } = new Dictionary<string, double>();

    /// <summary>When it was asked for.</summary>
    [Id(14)] public DateTimeOffset? Created { get; init; }

    /// <summary>When it ended.</summary>
    [Id(15)] public DateTimeOffset? Ended { get; init; }

    /// <summary>How often a worker was lost since the last new checkpoint.</summary>
    [Id(16)] public int Crashes { get; init; }

    /// <summary>What there was to say of it last, most by its worker, such as a checkpoint that could not be read.</summary>
    [Id(17)] public string? Note { get; init; }

    /// <summary>Why the platform cannot store what an unfinished run makes, while that is so.</summary>
    [Id(18)] public Failure? Trouble { get; init; }

    /// <summary>The branch that was learned, once completed.</summary>
    [Id(19)] public ModelBranch? Branch { get; init; }

    /// <summary>The trunk that was learned, once completed.</summary>
    [Id(20)] public ModelVersionContent? Content { get; init; }

    /// <summary>The updates that it learns for by their names, and studies by <see cref="Names.RelationStudyNeed"/>.</summary>
    [Id(21)] public IReadOnlyList<string> Updates { get; init; } = [];

    /// <summary>The names of the updates that it learns for.</summary>
    public IEnumerable<string> UpdateNames() => Updates.Where(need => Names.RelationStudyOf(need) is null);

    /// <summary>The keys of the studies that it learns for.</summary>
    public IEnumerable<string> StudyKeys() => Updates.Select(Names.RelationStudyOf).OfType<string>();

    /// <summary>Why it waits for a device, while it does: sentences for people.</summary>
    [Id(22)] public string? Waits { get; init; }

    /// <summary>A few of its losses, over all of its steps: the small curve of lists.</summary>
    [Id(23)] public IReadOnlyList<TrendPoint> Trend { get; init; } = [];

    /// <summary>What a few of its validations found of some cases, over all of its steps.</summary>
    [Id(24)] public IReadOnlyList<SampleStrip> Samples { get; init; } = [];
}
