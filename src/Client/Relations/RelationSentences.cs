using System.Globalization;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Relations;

/// <summary>What a study of relations shows and what it cannot, in sentences.</summary>
public static class RelationSentences
{
    /// <summary>All of them: what was done, how well gains were predicted, the extremes, and what limits it.</summary>
    public static IEnumerable<string> Of(RelationStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{study.Pairs.Count} pairs of tasks of {study.Model}@{study.Version}, {Seeds(study.Request.Seeds)}, {study.Steps} steps for a task alone and {study.Steps * 2} for two together; {study.Trainings} trainings.");
        foreach (var grade in study.Grades)
        {
            yield return Of(grade);
        }

        foreach (var gain in Enum.GetValues<RelationGain>())
        {
            var order = study.Pairs.OrderByDescending(p => p.Gain(gain)).ToList();
            yield return $"{Word(gain)}: {study.Pairs.Count(p => p.Gain(gain) > 0)} of {study.Pairs.Count} pairs gained. Most: {Of(order[0], gain)}. Least: {Of(order[^1], gain)}.";
        }

        var silent = study.Pairs.Count(p => p.Alone.Concat(p.Begun).Concat(p.Together).All(d => d < RelationStudy.Nothing));
        if (silent > 0)
        {
            yield return $"In {silent} of {study.Pairs.Count} pairs no training found anything of the task (Dice below {RelationStudy.Nothing.ToString(CultureInfo.InvariantCulture)}); they say nothing, and longer trainings might.";
        }

        yield return study.Request.Seeds == 1
            ? "Every training was done once: how much of a gain is chance of the seed is not known."
            : string.Create(CultureInfo.InvariantCulture, $"From seed to seed the same training of a task alone differs by {Spread(study):0.000} Dice (mean standard deviation).");
        var (fewest, most) = (study.Pairs.Min(p => p.Cases), study.Pairs.Max(p => p.Cases));
        yield return $"Dice is that of a task's validation cases, {(fewest == most ? $"{most}" : $"{fewest} to {most}")} each. "
            + $"{study.Grades.Count(g => g.Low is not null)} intervals were looked at; of predictors that know nothing, one in twenty excludes 0.";
    }

    /// <summary>How well a predictor did.</summary>
    public static string Of(RelationGrade grade)
    {
        ArgumentNullException.ThrowIfNull(grade);
        return grade is { Tau: { } tau, Low: { } low, High: { } high }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Capital(grade.Predictor)}, {Word(grade.Gain).ToLowerInvariant()}: {Verdict(grade)}; tau {tau:+0.00;-0.00;0.00}, 95 % {low:+0.00;-0.00;0.00} to {high:+0.00;-0.00;0.00}, in {grade.Pairs} pairs.")
            : $"{Capital(grade.Predictor)}, {Word(grade.Gain).ToLowerInvariant()}: cannot be graded; it, or the gain, is the same in nearly all of {grade.Pairs} pairs, or they are too few.";
    }

    /// <summary>A grade in a few words.</summary>
    public static string Verdict(RelationGrade grade)
    {
        ArgumentNullException.ThrowIfNull(grade);
        return grade switch
        {
            { Low: null } => "cannot be graded",
            { IsBetterThanChance: true } => "better than chance",
            { IsWorseThanChance: true } => "worse than chance, it ranks the wrong way round",
            _ => "no better than chance",
        };
    }

    /// <summary>What a kind of gain is called.</summary>
    public static string Word(RelationGain gain) => gain == RelationGain.Transfer ? "Transfer" : "Joint gain";

    /// <summary>A pair and its gain.</summary>
    public static string Of(RelationPair pair, RelationGain gain)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return string.Create(CultureInfo.InvariantCulture, $"{pair.Task} {(gain == RelationGain.Transfer ? "from" : "with")} {pair.Other} {pair.Gain(gain):+0.000;-0.000;0.000}");
    }

    /// <summary>What a plan is, in sentences: the trainings and the time first.</summary>
    public static IEnumerable<string> Of(RelationStudyPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var open = plan.Trainings - plan.Learned;
        yield return $"{plan.Trainings} trainings for {plan.Pairs} pairs of tasks of {plan.Version}{(plan.Learned > 0 ? $", of which {plan.Learned} are learned already" : "")}.";
        yield return plan.Seconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"The {open} that are left take about {TimeSpan.FromSeconds(seconds).TotalMinutes:0.#} min on one device, and validation on top.")
            : $"How long the {open} that are left take is not known.";
        yield return $"A task alone is learned for {plan.Steps} steps, two together for {plan.Steps * 2}. {plan.Estimate}";
        foreach (var left in plan.LeftOut)
        {
            yield return $"Left out, {left.What}: {left.Reason}";
        }
    }

    private static string Seeds(int count) => count == 1 ? "1 seed" : $"{count} seeds";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static double Spread(RelationStudy study) => study.Pairs.DistinctBy(p => p.Task).Average(p =>
    {
        var mean = p.Alone.Average();
        return Math.Sqrt(p.Alone.Sum(d => (d - mean) * (d - mean)) / (p.Alone.Count - 1));
    });
}
