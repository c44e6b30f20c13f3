using Hermes.Imaging.Evaluation;

namespace Hermes.Model.Training;

/// <summary>One number for a validation, by which the best checkpoint is chosen (docs/method.md, Schedule and average).</summary>
internal static class ValidationScore
{
    /// <summary>The mean over datasets of the mean over their tasks of the mean over their cases, of what a reference has.</summary>
    /// <param name="cases">What was found of each case.</param>
    /// <param name="countsTasksAlike">Whether the mean is over the tasks of all datasets, as published: one with many of them then decides.</param>
    /// <returns>In 0 to 1; null when no reference has any task.</returns>
    public static double? Of(IEnumerable<ScoredCase> cases, bool countsTasksAlike)
    {
        var datasets = cases.GroupBy(one => one.Dataset, StringComparer.Ordinal).Select(dataset => DiceSummary.Of(dataset.SelectMany(one => one.Scores)));
        return countsTasksAlike ? datasets.SelectMany(dice => dice.Tasks).Average(task => task.Dice) : datasets.Average(dice => dice.MeanDice);
    }
}
