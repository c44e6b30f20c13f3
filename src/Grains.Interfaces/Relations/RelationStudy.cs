using System.Text.Json.Serialization;

namespace Hermes.Grains.Interfaces.Relations;

/// <summary>What tasks of a model version gained from each other, and how well it was predicted: a JSON document.</summary>
public sealed record RelationStudy
{
    /// <summary>With fewer pairs nothing is graded.</summary>
    public const int FewestPairs = 4;

    /// <summary>How often pairs are drawn anew for an interval.</summary>
    public const int Resamples = 2000;

    /// <summary>How sure an interval is.</summary>
    public const double Confidence = 0.95;

    /// <summary>Below this Dice a training is said to have found nothing.</summary>
    public const double Nothing = 0.01;

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>Its version.</summary>
    public required int Version { get; init; }

    /// <summary>What was asked.</summary>
    public required RelationStudyRequest Request { get; init; }

    /// <summary>Optimiser steps for a task alone; two tasks together took twice as many.</summary>
    public required int Steps { get; init; }

    /// <summary>Trainings that the numbers come of.</summary>
    public required int Trainings { get; init; }

    /// <summary>What predicted gains, each before anything was measured.</summary>
    public required IReadOnlyList<RelationPredictor> Predictors { get; init; }

    /// <summary>The pairs that were measured, in the order in which they were chosen.</summary>
    public required IReadOnlyList<RelationPair> Pairs { get; init; }

    /// <summary>How well each predictor did on each kind of gain.</summary>
    public required IReadOnlyList<RelationGrade> Grades { get; init; }

    /// <summary>What was not measured, and why.</summary>
    public required IReadOnlyList<LeftOut> LeftOut { get; init; }

    /// <summary>When the last number came.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>The predictor of a name; the first where none is named, null where there is no such.</summary>
    public RelationPredictor? Predictor(string? name) => string.IsNullOrEmpty(name) ? Predictors[0] : Predictors.FirstOrDefault(p => p.Name == name);
}

/// <summary>What predicts how much a task gains from another.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What its number is, in a sentence.</param>
public sealed record RelationPredictor(string Name, string Meaning);

/// <summary>What a task gained from another: validation Dice of the same training with it and without.</summary>
public sealed record RelationPair
{
    /// <summary>The task that learned.</summary>
    public required string Task { get; init; }

    /// <summary>The other task.</summary>
    public required string Other { get; init; }

    /// <summary>What each predictor said, by name; none where it could say nothing.</summary>
    public required IReadOnlyDictionary<string, double> Predicted { get; init; }

    /// <summary>Dice of the task alone, with each seed.</summary>
    public required IReadOnlyList<double> Alone { get; init; }

    /// <summary>Dice of the task that began at the other's prior and branch, with the same seeds.</summary>
    public required IReadOnlyList<double> Begun { get; init; }

    /// <summary>Dice of the task that was learned together with the other, with the same seeds.</summary>
    public required IReadOnlyList<double> Together { get; init; }

    /// <summary>Validation cases that have the task.</summary>
    public required int Cases { get; init; }

    /// <summary>What it gained from beginning there, in Dice.</summary>
    [JsonIgnore]
    public double Transfer => Begun.Average() - Alone.Average();

    /// <summary>What it gained from company, in Dice.</summary>
    [JsonIgnore]
    public double Joint => Together.Average() - Alone.Average();

    /// <summary>A gain of one kind.</summary>
    public double Gain(RelationGain gain) => gain == RelationGain.Transfer ? Transfer : Joint;
}

/// <summary>What a task may gain of another.</summary>
public enum RelationGain
{
    /// <summary>From beginning at its prior and branch.</summary>
    Transfer = 0,

    /// <summary>From being learned together with it.</summary>
    Joint = 1,
}

/// <summary>How well a predictor ranked pairs by a gain.</summary>
/// <param name="Predictor">The predictor's name.</param>
/// <param name="Gain">What was predicted.</param>
/// <param name="Pairs">Pairs of which it said something.</param>
/// <param name="Tau">Kendall's tau-b; null where the predictor, or the gain, is the same for all pairs or there are too few.</param>
/// <param name="Low">Lower end of its interval (percentile bootstrap over pairs); null where there is none.</param>
/// <param name="High">Upper end.</param>
public sealed record RelationGrade(string Predictor, RelationGain Gain, int Pairs, double? Tau, double? Low, double? High)
{
    /// <summary>Whether the whole interval is above chance.</summary>
    [JsonIgnore]
    public bool IsBetterThanChance => Low > 0;

    /// <summary>Whether the whole interval is below chance: it ranks the wrong way round.</summary>
    [JsonIgnore]
    public bool IsWorseThanChance => High < 0;
}
