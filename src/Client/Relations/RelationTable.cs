using System.Text;
using Hermes.Client.Documents;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Relations;

/// <summary>What pairs of tasks gained, as comma-separated values: a row for each pair, with means over seeds and what each predictor said.</summary>
public static class RelationTable
{
    /// <summary>The table.</summary>
    public static string Of(RelationStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var text = new StringBuilder();
        CsvRow.Append(text, ["task", "other", "cases", "dice alone", "dice begun at the other", "dice together", "transfer", "joint gain", .. study.Predictors.Select(p => p.Name)]);
        foreach (var pair in study.Pairs)
        {
            CsvRow.Append(
                text,
                [
                    pair.Task,
                    pair.Other,
                    CsvRow.Number(pair.Cases),
                    CsvRow.Number(pair.Alone.Average()),
                    CsvRow.Number(pair.Begun.Average()),
                    CsvRow.Number(pair.Together.Average()),
                    CsvRow.Number(pair.Transfer),
                    CsvRow.Number(pair.Joint),
                    .. study.Predictors.Select(p => pair.Predicted.TryGetValue(p.Name, out var said) ? CsvRow.Number(said) : ""),
                ]);
        }

        return text.ToString();
    }
}
