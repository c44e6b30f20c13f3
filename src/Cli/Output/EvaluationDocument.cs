using Hermes.Client.Evaluations;
using Hermes.Imaging.Evaluation;

namespace Hermes.Cli.Output;

/// <summary>
/// An evaluation as <c>evaluate</c> prints it. The mean is over tasks, of the mean over the cases whose reference has the task; not learned are those
/// of which next to nothing was found in them.
/// </summary>
internal sealed record EvaluationDocument(
    string Model,
    string Dataset,
    string Split,
    double? MeanDice,
    IReadOnlyList<TaskSummary> Tasks,
    IReadOnlyList<string> NotLearned,
    IReadOnlyList<EvaluationDocument.CaseRow> Cases,
    double SecondsTotal)
{
    public static EvaluationDocument Of(EvaluationReport report, string split, double seconds) => new(
        $"{report.Model.Model}@{report.Model.Version}",
        report.Dataset,
        split,
        report.Dice.MeanDice,
        report.Dice.Tasks,
        Output.NotLearned.Among(report.Dice.Tasks.Select(t => (t.Task, t.Dice))),
        [.. report.Cases.Select(CaseRow.Of)],
        Math.Round(seconds, 1));

    internal sealed record CaseRow(string Case, string Split, IReadOnlyList<CaseTaskRow> Tasks)
    {
        public static CaseRow Of(EvaluatedCase c) => new(
            c.Case.CaseId,
            c.Case.Split.ToString().ToLowerInvariant(),
            [.. c.Result.Tasks.Where(t => t.Agreement is not null).Select(t => new CaseTaskRow(t.Task, t.Agreement!.Dice, t.VolumeMl, t.Agreement.ReferenceMl))]);
    }

    internal sealed record CaseTaskRow(string Task, double? Dice, double VolumeMl, double ReferenceMl);
}
