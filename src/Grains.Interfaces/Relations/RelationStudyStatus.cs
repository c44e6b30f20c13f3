using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Relations;

/// <summary>Where the study of a model version's relations stands.</summary>
[GenerateSerializer, Immutable, Alias("hermes.RelationStudyStatus")]
public sealed record RelationStudyStatus
{
    /// <summary>The version, <c>MODEL@VERSION</c>.</summary>
    [Id(0)] public required string Version { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(1)] public required RelationStudyState State { get; init; }

    /// <summary>What was asked; null while absent.</summary>
    [Id(2)] public RelationStudyRequest? Request { get; init; }

    /// <summary>Optimiser steps for a task alone, once known.</summary>
    [Id(3)] public int Steps { get; init; }

    /// <summary>Trainings in all.</summary>
    [Id(4)] public int Trainings { get; init; }

    /// <summary>Of these, those that ended, well or not.</summary>
    [Id(5)] public int Done { get; init; }

    /// <summary>What is not measured, and why.</summary>
    [Id(6)] public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>What came of it, once completed: a <see cref="RelationStudy"/> as JSON.</summary>
    [Id(7)] public BlobRef? Document { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(8)] public Failure? Cause { get; init; }

    /// <summary>When it was asked for.</summary>
    [Id(9)] public DateTimeOffset? Created { get; init; }

    /// <summary>When it ended.</summary>
    [Id(10)] public DateTimeOffset? Ended { get; init; }
}

/// <summary>The state machine of a study.</summary>
[GenerateSerializer]
public enum RelationStudyState
{
    /// <summary>Never asked for.</summary>
    Absent = 0,

    /// <summary>Its pairs and trainings are being written down.</summary>
    Planning = 1,

    /// <summary>Its trainings are under way.</summary>
    Training = 2,

    /// <summary>All is measured and graded.</summary>
    Completed = 3,

    /// <summary>It could not go on.</summary>
    Failed = 4,

    /// <summary>It was cancelled; asked again, it goes on with what is not measured yet.</summary>
    Cancelled = 5,
}

/// <summary>What a study does not measure.</summary>
/// <param name="What">A task or a pair.</param>
/// <param name="Reason">Why, in a sentence.</param>
[GenerateSerializer, Immutable, Alias("hermes.LeftOut")]
public sealed record LeftOut([property: Id(0)] string What, [property: Id(1)] string Reason);

/// <summary>What a study would be: told before anything is learned.</summary>
[GenerateSerializer, Immutable, Alias("hermes.RelationStudyPlan")]
public sealed record RelationStudyPlan
{
    /// <summary>The version, <c>MODEL@VERSION</c>.</summary>
    [Id(0)] public required string Version { get; init; }

    /// <summary>Pairs that would be measured.</summary>
    [Id(1)] public required int Pairs { get; init; }

    /// <summary>Trainings in all.</summary>
    [Id(2)] public required int Trainings { get; init; }

    /// <summary>Of these, those that are learned already.</summary>
    [Id(3)] public required int Learned { get; init; }

    /// <summary>Optimiser steps for a task alone; two tasks together take twice as many.</summary>
    [Id(4)] public required int Steps { get; init; }

    /// <summary>What the others take on one device, about, in seconds; null where it is not known.</summary>
    [Id(5)] public double? Seconds { get; init; }

    /// <summary>How the estimate was made, or why there is none, in a sentence.</summary>
    [Id(6)] public required string Estimate { get; init; }

    /// <summary>What would not be measured, and why.</summary>
    [Id(7)] public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];
}
