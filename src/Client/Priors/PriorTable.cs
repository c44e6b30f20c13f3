using System.Text;
using Hermes.Client.Documents;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Priors;

/// <summary>A view of a prior map as comma-separated values: a row for each task or modality, with its cosine to every other.</summary>
public static class PriorTable
{
    /// <summary>The table.</summary>
    /// <param name="map">The prior map.</param>
    /// <param name="view">One of its views.</param>
    /// <param name="similarity">The view's cosines [N, N].</param>
    /// <param name="ofModalities">Whether the view is of modalities.</param>
    public static string Of(PriorMap map, PriorView view, float[] similarity, bool ofModalities)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(similarity);
        var names = ofModalities ? map.Modalities : [.. map.Tasks.Select(t => t.Task)];
        var text = new StringBuilder();
        CsvRow.Append(text, ofModalities ? ["modality", .. names] : ["task", "dataset", "modality", "region", "dice", "x", "y", "component 1", "component 2", .. names]);
        foreach (var one in view.Order)
        {
            var cosines = Enumerable.Range(0, names.Count).Select(other => CsvRow.Number(similarity[(one * names.Count) + other]));
            CsvRow.Append(text, ofModalities ? [names[one], .. cosines] : [.. Of(map, one), .. cosines]);
        }

        return text.ToString();
    }

    private static string[] Of(PriorMap map, int one)
    {
        var (task, place, along) = (map.Tasks[one], map.Places[one], map.Components[one]);
        var dice = task.Dice is { } measured ? CsvRow.Number(measured.Dice) : "";
        return [task.Task, task.Dataset, task.Modality, BodyRegion.Of(task.Task), dice, .. new[] { place.X, place.Y, along.X, along.Y }.Select(CsvRow.Number)];
    }
}
