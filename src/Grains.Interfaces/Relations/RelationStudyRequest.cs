namespace Hermes.Grains.Interfaces.Relations;

/// <summary>What a study of a model version's relations is to measure.</summary>
[GenerateSerializer, Immutable, Alias("hermes.RelationStudyRequest")]
public sealed record RelationStudyRequest
{
    /// <summary>The pairs when nobody says otherwise.</summary>
    public const int DefaultPairs = 30;

    /// <summary>How long a task alone is learned when nobody says otherwise.</summary>
    public const double DefaultMinutes = 1;

    /// <summary>The most pairs: a rank correlation gains little from more, and they cost days.</summary>
    public const int MostPairs = 200;

    /// <summary>The most seeds.</summary>
    public const int MostSeeds = 5;

    /// <summary>How many pairs of tasks to measure.</summary>
    [Id(0)] public int Pairs { get; init; } = DefaultPairs;

    /// <summary>Optimiser steps for a task alone; null where a time is given.</summary>
    [Id(1)] public int? Steps { get; init; }

    /// <summary>How long a task alone is learned, which becomes a number of steps before anything begins; <see cref="DefaultMinutes"/> where nothing is given.</summary>
    [Id(2)] public double? Minutes { get; init; }

    /// <summary>How many times every training is done, each time with another seed; gains are means over them.</summary>
    [Id(3)] public int Seeds { get; init; } = 1;

    /// <summary>Decides which pairs are measured, and is part of what each training is made of.</summary>
    [Id(4)] public long Seed { get; init; }
}
