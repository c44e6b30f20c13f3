using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Runs;

/// <summary>What a run stores.</summary>
public sealed record RunRecord : IStated<RunState>, IOutbox<RunRecord>
{
    /// <summary>Where it stands.</summary>
    public RunState State { get; init; }

    /// <summary>The command that started it.</summary>
    public string? StartCommand { get; init; }

    /// <summary>The last commands that cancelled or resumed it, newest last.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>The updates and studies that it learns for.</summary>
    public IReadOnlyList<string> Updates { get; init; } = [];

    /// <summary>What was asked.</summary>
    public RunRequest? Request { get; init; }

    /// <summary>The dataset versions it is bound to, in the order of their keys.</summary>
    public IReadOnlyList<PinnedDataset> Datasets { get; init; } = [];

    /// <summary>The lease its worker holds, while there is one.</summary>
    public Lease? Lease { get; init; }

    /// <summary>Optimiser steps done when it was last written.</summary>
    public int Step { get; init; }

    /// <summary>What its workers are told, written when it was asked for; where to go on from is added for each lease.</summary>
    public TrainOrder? Order { get; init; }

    /// <summary>Optimiser steps in all.</summary>
    public int StepsTotal { get; init; }

    /// <summary>Checkpoints that are kept, oldest first.</summary>
    public IReadOnlyList<CheckpointHead> Checkpoints { get; init; } = [];

    /// <summary>Metrics that are kept, in order.</summary>
    public IReadOnlyList<MetricsChunk> Metrics { get; init; } = [];

    /// <summary>Blobs that nothing refers to since this was written, to be deleted.</summary>
    public IReadOnlyList<BlobRef> Discarded { get; init; } = [];

    /// <summary>Why it failed, was interrupted or waits.</summary>
    public Failure? Cause { get; init; }

    /// <summary>What there was to say of it last, most by its worker, such as a checkpoint that could not be read.</summary>
    public string? Note { get; init; }

    /// <summary>How often a worker was lost since the last new checkpoint.</summary>
    public int Crashes { get; init; }

    /// <summary>How often it was interrupted since the last new checkpoint because something it needs was away.</summary>
    public int Setbacks { get; init; }

    /// <summary>Before this it does not ask for a device again, if it was interrupted.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The result, once completed.</summary>
    public ModelVersionContent? Content { get; init; }

    /// <summary>The branch it learned, once completed.</summary>
    public ModelBranch? Branch { get; init; }

    /// <summary>The model version that came of it.</summary>
    public int? ModelVersion { get; init; }

    /// <summary>Numbers of the last step when it was last written.</summary>
    public IReadOnlyDictionary<string, double> LastMetrics { get; init; } = new Dictionary<string, double>();

    /// <summary>A few of its losses when it was last written, over all of its steps.</summary>
    public IReadOnlyList<TrendPoint> Trend { get; init; } = [];

    /// <summary>What a few of its validations found of some cases, over all of its steps.</summary>
    public IReadOnlyList<SampleStrip> Samples { get; init; } = [];

    /// <summary>Its last changes of state and what was said meanwhile, oldest first.</summary>
    public IReadOnlyList<ProgressEvent> Happened { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<IntegrationEvent> Outgoing { get; init; } = [];

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <inheritdoc/>
    public RunRecord WithOutgoing(IReadOnlyList<IntegrationEvent> outgoing) => this with { Outgoing = outgoing };

    /// <summary>Whether it waits for a device.</summary>
    public bool IsWaiting => State is RunState.Queued or RunState.Interrupted;

    /// <summary>Whether it has ended well and its model does not know yet.</summary>
    public bool IsPublishing => this is { State: RunState.Completed, Content: not null, ModelVersion: null, Request.Trunk: null };

    /// <summary>Whether a worker is at it.</summary>
    public bool IsLeased => State is RunState.Running or RunState.Cancelling;
}
