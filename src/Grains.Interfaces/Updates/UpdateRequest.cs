using System.Text.Json.Serialization;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Interfaces.Updates;

/// <summary>What a user asks an update to do.</summary>
[GenerateSerializer, Immutable, Alias("hermes.UpdateRequest")]
public sealed record UpdateRequest
{
    /// <summary>The model that grows.</summary>
    [Id(0)] public string Model { get; init; } = Names.DefaultModel;

    /// <summary>The version or alias it grows from; null for the live one.</summary>
    [Id(1)] public string? Version { get; init; }

    /// <summary>Keys <c>site/dataset</c> of the datasets to learn; each becomes a branch of its own.</summary>
    [Id(2)] public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>What may change.</summary>
    [Id(3)] public UpdatePolicy Policy { get; init; }

    /// <summary>A task of the trunk whose prior all new ones begin as; null to draw them.</summary>
    [Id(4)] public string? InitialTask { get; init; }

    /// <summary>Optimiser steps of each branch, or of the new trunk; null for a quarter of the trunk's.</summary>
    [Id(5)] public int? Steps { get; init; }

    /// <summary>Part of what a branch is made of, together with trunk, cases and steps.</summary>
    [Id(6)] public long Seed { get; init; }

    /// <summary>Whether it becomes live as soon as it is certified.</summary>
    [Id(7)] public bool AutoPromote { get; init; }

    /// <summary>The largest loss of mean Dice that an old task may suffer by a new trunk.</summary>
    [Id(8)] public double Tolerance { get; init; } = 0.01;

    /// <summary>Whether a network of its own is learned for every new dataset with the same budget, to compare with.</summary>
    [Id(9)] public bool Baseline { get; init; }

    /// <summary>Whether each new prior begins as that of the task of the trunk that finds its structure best, instead of <see cref="InitialTask"/>.</summary>
    [Id(10)] public bool NearestPriors { get; init; }

    /// <summary>Whether what contradicts what the model learned from is learned nevertheless.</summary>
    [Id(11)] public bool AcceptConflicts { get; init; }

    /// <summary>
    /// Instead of <see cref="Steps"/>: how many minutes the steps of each branch, or of the new trunk, are to take. They become a number of steps before the
    /// update begins, from what a step of the trunk took.
    /// </summary>
    [Id(12)] public double? Minutes { get; init; }

    /// <summary>Which runs those of the update go before while they wait for a device. A run that was begun for another update keeps its own.</summary>
    [Id(13)] public RunPriority Priority { get; init; }

    /// <summary>Whether a new trunk is made, which may change old answers.</summary>
    [JsonIgnore]
    public bool MakesTrunk => Policy.MakesTrunk();
}
