using System.IO.Enumeration;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>A standing order: whatever dataset of this name becomes ready, the model learns it.</summary>
[GenerateSerializer, Immutable, Alias("hermes.GrowRule")]
public sealed record GrowRule
{
    /// <summary>A dataset's key, or <c>site/*</c> for all of a site; <c>*</c> stands for any characters.</summary>
    [Id(0)] public required string Datasets { get; init; }

    /// <summary>What a branch owns besides priors.</summary>
    [Id(1)] public BranchPolicy Policy { get; init; }

    /// <summary>Optimiser steps; null for a quarter of the trunk's.</summary>
    [Id(2)] public int? Steps { get; init; }

    /// <summary>Whether what was learned becomes live as soon as it is certified.</summary>
    [Id(3)] public bool AutoPromote { get; init; }

    /// <summary>Instead of <see cref="Steps"/>: the minutes that the steps are to take. They become a number of steps when an update begins.</summary>
    [Id(4)] public double? Minutes { get; init; }

    /// <summary>Whether the rule speaks of a dataset.</summary>
    /// <param name="dataset">Key <c>site/dataset</c>.</param>
    public bool Covers(string dataset) => FileSystemName.MatchesSimpleExpression(Datasets, dataset, ignoreCase: false);

    /// <summary>Which of a model's rules speaks for a dataset: the one with the most particular pattern; null where none covers it.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="dataset">Key <c>site/dataset</c>.</param>
    public static GrowRule? For(IEnumerable<GrowRule> rules, string dataset) => rules.Where(r => r.Covers(dataset)).MaxBy(r => r.Datasets.Length);
}
