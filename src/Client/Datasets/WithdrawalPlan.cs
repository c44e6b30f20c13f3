using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Datasets;

/// <summary>What the withdrawal of a dataset means, asked before it or after.</summary>
/// <param name="Key">The dataset's key.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Branches">Branches that models learned from it, which can be separated.</param>
/// <param name="Trunks">Versions whose trunk learned from it, which cannot.</param>
/// <param name="UnderWay">Runs and updates that use it and have not ended.</param>
public sealed record WithdrawalPlan(
    string Key, DatasetStatus Status, IReadOnlyList<LearnedBranch> Branches, IReadOnlyList<LearnedTrunk> Trunks, IReadOnlyList<string> UnderWay);

/// <summary>A branch that was learned from a dataset.</summary>
/// <param name="Model">The model.</param>
/// <param name="Group">The prompt group that asks it.</param>
/// <param name="IsLive">Whether it is part of what is live.</param>
public sealed record LearnedBranch(string Model, string Group, bool IsLive);

/// <summary>A trunk that was trained with a dataset, and what it cost.</summary>
/// <param name="Model">The model.</param>
/// <param name="Versions">The versions of the trunk.</param>
/// <param name="Run">The run that trained it.</param>
/// <param name="Steps">Its optimiser steps.</param>
/// <param name="Took">How long it took from when it was asked for; null when that is not known.</param>
/// <param name="IsRetired">Whether its versions are not answered any more.</param>
/// <param name="IsLive">Whether it is the trunk of what is live.</param>
/// <param name="Others">The other datasets it learned from, for a training without this one.</param>
public sealed record LearnedTrunk(
    string Model, IReadOnlyList<int> Versions, string Run, int Steps, TimeSpan? Took, bool IsRetired, bool IsLive, IReadOnlyList<string> Others);
