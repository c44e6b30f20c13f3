using System.Buffers.Binary;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Updates;

/// <summary>
/// What a branch is made of: trunk, content of its cases, policy, steps and the user's seed; no version number, counter or clock. Whoever asks for the
/// same gets the same branch, whatever was learned before it, and its generators' seed follows from it.
/// </summary>
internal sealed record BranchRecipe(string Trunk, DatasetDeclaration Dataset, IReadOnlyList<CaseRecord> Cases)
{
    /// <summary>What it owns besides priors.</summary>
    public BranchPolicy Policy { get; init; }

    /// <summary>Optimiser steps.</summary>
    public int Steps { get; init; }

    /// <summary>The user's seed.</summary>
    public long Seed { get; init; }

    /// <summary>Tasks whose priors begin as those of a task of the trunk.</summary>
    public IReadOnlyDictionary<string, string> InitialPriors { get; init; } = new Dictionary<string, string>();

    /// <summary>The recipe's identity. Only cases that may be seen while learning belong to it, in the order of their names.</summary>
    public string Digest() => Identity.Of(
    [
        "branch/1", Trunk, Policy.Word(), Identity.Number(Steps), Identity.Number(Seed),
        .. Identity.List([.. InitialPriors.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => new[] { p.Key, p.Value })]),
        Dataset.Name, Dataset.Modality, .. Identity.List([.. Dataset.Labels.Select(l => $"{l.Value} {l.Task}")]),
        .. Identity.List(
        [
            .. Cases.Where(c => c.Split != Split.Test && c.Facts.Label is not null).OrderBy(c => c.CaseId, StringComparer.Ordinal)
                .SelectMany(c => new[] { c.CaseId, c.Split.Word(), c.Facts.Image.Sha256, c.Facts.Label!.Sha256 }),
        ]),
    ]);

    /// <summary>The name of the run that learns it.</summary>
    public static string RunOf(string digest) => $"branch-{digest[..24]}";

    /// <summary>The seed of its generators.</summary>
    public static long SeedOf(string digest) => BinaryPrimitives.ReadInt64BigEndian(Convert.FromHexString(digest.AsSpan(24, 16)));
}

/// <summary>What a trunk that learns after the manner of another is made of, as <see cref="BranchRecipe"/> says it of a branch.</summary>
internal sealed record TrunkRecipe(string Parent, TrunkScope Scope, int Steps, long Seed)
{
    /// <summary>What it learns from.</summary>
    public IReadOnlyList<(DatasetDeclaration Dataset, IReadOnlyList<CaseRecord> Cases)> Datasets { get; init; } = [];

    /// <summary>The recipe's identity.</summary>
    public string Digest() => Identity.Of(
    [
        "trunk/1", Parent, Scope.Word(), Identity.Number(Steps), Identity.Number(Seed),
        .. Identity.List(
        [
            .. Datasets.OrderBy(d => d.Dataset.Name, StringComparer.Ordinal)
                .Select(d => new BranchRecipe(Parent, d.Dataset, d.Cases) { Steps = Steps, Seed = Seed }.Digest()),
        ]),
    ]);

    /// <summary>The name of the run that learns it.</summary>
    public static string RunOf(string digest) => $"trunk-{digest[..24]}";
}
