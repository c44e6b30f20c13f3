using Hermes.Client.Evaluations;

namespace Hermes.Cli.Output;

/// <summary>An evaluation as <c>evaluate</c> prints it. The mean is over tasks, of the mean over the cases whose reference has the task; not learned are those of which next to nothing was found in them.</summary>
internal sealed record EvaluationDocument(
    string Model,
    string Dataset,
    string Split,
    double? MeanDice,
    IReadOnlyList<EvaluationDocument.TaskRow> Tasks,
    IReadOnlyList<string> NotLearned,
    IReadOnlyList<EvaluationDocument.CaseRow> Cases,
    double SecondsTotal)
{
    public static EvaluationDocument Of(EvaluationReport report, string split, double seconds) => new(
        $"{report.Model.Model}@{report.Model.Version}",
        report.Dataset,
        split,
        report.MeanDice,
        [.. report.Tasks.Select(t => new TaskRow(t.Task, t.Dice, t.Cases, t.AbsentCases, t.AbsentFoundMl))],
        Output.NotLearned.Among(report.Tasks.Select(t => (t.Task, t.Dice))),
        [.. report.Cases.Select(CaseRow.Of)],
        Math.Round(seconds, 1));

    /// <summary>A task: the cases whose reference has it, those whose reference lacks it, and the volume found in the latter.</summary>
    internal sealed record TaskRow(string Task, double? Dice, int Cases, int AbsentCases, double AbsentFoundMl);

    internal sealed record CaseRow(string Case, string Split, IReadOnlyList<CaseTaskRow> Tasks)
    {
        public static CaseRow Of(EvaluatedCase c) => new(
            c.Case.CaseId,
            c.Case.Split.ToString().ToLowerInvariant(),
            [.. c.Result.Tasks.Where(t => t.Agreement is not null).Select(t => new CaseTaskRow(t.Task, t.Agreement!.Dice, t.VolumeMl, t.Agreement.ReferenceMl))]);
    }

    internal sealed record CaseTaskRow(string Task, double? Dice, double VolumeMl, double ReferenceMl);
}
