using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Updates;

/// <summary>What an update stores.</summary>
public sealed record UpdateRecord : IStated<UpdateState>, IOutbox<UpdateRecord>
{
    /// <summary>Where it stands.</summary>
    public UpdateState State { get; init; }

    /// <summary>The command that created it.</summary>
    public string? CreateCommand { get; init; }

    /// <summary>The last commands that cancelled or resumed it, newest last.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>What was asked.</summary>
    public UpdateRequest? Request { get; init; }

    /// <summary>The version it grows from.</summary>
    public ModelVersion? Base { get; init; }

    /// <summary>The dataset versions it learns, in the order of their keys.</summary>
    public IReadOnlyList<PinnedDataset> Datasets { get; init; } = [];

    /// <summary>Optimiser steps of each branch.</summary>
    public int Steps { get; init; }

    /// <summary>What a step was taken to last when a time became <see cref="Steps"/>, once for ever; null where no time was given.</summary>
    public double? SecondsPerStep { get; init; }

    /// <summary>Its branches, once what they are made of is written down.</summary>
    public IReadOnlyList<UpdateBranch> Branches { get; init; } = [];

    /// <summary>Whole networks that it learns: the new trunk first, if it makes one.</summary>
    public IReadOnlyList<UpdateTrunk> Trunks { get; init; } = [];

    /// <summary>How often it was resumed.</summary>
    public int Round { get; init; }

    /// <summary>What was proven.</summary>
    public UpdateCertificate? Certificate { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Cause { get; init; }

    /// <summary>The version it became part of.</summary>
    public int? PromotedVersion { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How often others were told that it came to another state.</summary>
    public int Moves { get; init; }

    /// <summary>Datasets whose tasks are registered.</summary>
    public IReadOnlyList<string> Registered { get; init; } = [];

    /// <summary>What was odd about its datasets when it was asked for.</summary>
    public IReadOnlyList<UpdateConflict> Conflicts { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<IntegrationEvent> Outgoing { get; init; } = [];

    /// <inheritdoc/>
    public UpdateRecord WithOutgoing(IReadOnlyList<IntegrationEvent> outgoing) => this with { Outgoing = outgoing };

    /// <summary>Whether it goes on by itself.</summary>
    public bool IsUnderWay => State.IsUnderWay();

    /// <summary>Whether runs that it began may still be under way though it was cancelled.</summary>
    public bool HasOpenRuns => State == UpdateState.Cancelled && this.Runs().Any(r => r is { IsBegun: true, IsLearned: false });
}
