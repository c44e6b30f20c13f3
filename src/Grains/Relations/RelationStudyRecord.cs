using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Relations;

/// <summary>What a study stores. Branches are found by the version when they are needed, so that a withdrawn one is held by nothing here.</summary>
public sealed record RelationStudyRecord : IStated<RelationStudyState>
{
    /// <summary>Where it stands.</summary>
    public RelationStudyState State { get; init; }

    /// <summary>What was asked.</summary>
    public RelationStudyRequest? Request { get; init; }

    /// <summary>Optimiser steps for a task alone.</summary>
    public int Steps { get; init; }

    /// <summary>The pairs, with what was predicted of them before anything was measured.</summary>
    public IReadOnlyList<PlannedPair> Pairs { get; init; } = [];

    /// <summary>The trainings that the pairs need, each once.</summary>
    public IReadOnlyList<PlannedTraining> Trainings { get; init; } = [];

    /// <summary>What was left out when the trainings were written down, and why.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>How often it was begun; names the commands to its runs.</summary>
    public int Round { get; init; }

    /// <summary>What came of it.</summary>
    public BlobRef? Document { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Cause { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Whether it goes on by itself.</summary>
    public bool IsUnderWay => State is RelationStudyState.Planning or RelationStudyState.Training;

    /// <summary>Whether runs that it began may still be under way though it was cancelled or failed.</summary>
    public bool HasOpenRuns => State is RelationStudyState.Cancelled or RelationStudyState.Failed && Trainings.Any(t => t is { IsBegun: true, IsDone: false });

    /// <summary>The record with a training changed.</summary>
    public RelationStudyRecord With(string run, Func<PlannedTraining, PlannedTraining> change) =>
        this with { Trainings = [.. Trainings.Select(t => t.Run == run ? change(t) : t)] };
}

/// <summary>A pair of a study.</summary>
/// <param name="Task">The task that learns.</param>
/// <param name="Other">The other task.</param>
/// <param name="Predicted">What each predictor says, by name.</param>
/// <param name="Cases">Validation cases that have the task.</param>
/// <param name="Alone">The runs that learn the task alone, one for each seed.</param>
/// <param name="Begun">Those that begin at the other.</param>
/// <param name="Together">Those that learn both.</param>
public sealed record PlannedPair(
    string Task, string Other, IReadOnlyDictionary<string, double> Predicted, int Cases, IReadOnlyList<string> Alone, IReadOnlyList<string> Begun, IReadOnlyList<string> Together);

/// <summary>A training of a study.</summary>
public sealed record PlannedTraining
{
    /// <summary>The run, named after what it is made of.</summary>
    public string Run { get; init; } = "";

    /// <summary>The task that learns.</summary>
    public StudiedTask? Task { get; init; }

    /// <summary>The task at which it begins, or which it is learned together with; null for a task alone.</summary>
    public StudiedTask? Other { get; init; }

    /// <summary>Whether the other is learned together with it.</summary>
    public bool IsJoint { get; init; }

    /// <summary>Optimiser steps.</summary>
    public int Steps { get; init; }

    /// <summary>Seed of its generators.</summary>
    public long Seed { get; init; }

    /// <summary>Whether the study started or resumed the run.</summary>
    public bool IsBegun { get; init; }

    /// <summary>Validation Dice of the task after the last step, once learned.</summary>
    public double? Dice { get; init; }

    /// <summary>Why there is no such number, and will be none.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it ended, well or not.</summary>
    public bool IsDone => Dice is not null || Reason is not null;
}
