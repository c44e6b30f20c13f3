using Hermes.Client.Evaluations;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Client.Tests.Evaluations;

public sealed class EvaluationReportTests
{
    private static readonly BlobRef Blob = new("local", new string('0', 64), 1, MediaTypes.NiftiGz);

    [Fact]
    public void The_mean_is_over_tasks_of_the_mean_over_cases_that_have_the_task()
    {
        var report = Report(
            Case("one", ("d/liver", 0.9, 0), ("d/spleen", 0.2, 0)),
            Case("two", ("d/liver", 0.7, 0), ("d/spleen", null, 3.5)),
            Case("three", ("d/liver", 0.8, 0), ("d/spleen", null, 0)));

        Assert.Equal(
            [("d/liver", 0.8, 3, 0, 0.0), ("d/spleen", 0.2, 1, 2, 3.5)],
            report.Dice.Tasks.Select(t => (t.Task, Math.Round(t.Dice!.Value, 9), t.Cases, t.AbsentCases, t.AbsentFoundMl)));
        Assert.Equal(0.5, report.Dice.MeanDice!.Value, 9);
    }

    [Fact]
    public void A_task_that_no_reference_has_is_reported_and_does_not_count()
    {
        var report = Report(Case("one", ("d/liver", 0.6, 0), ("d/spleen", null, 1.25)));

        Assert.Null(report.Dice.Tasks[1].Dice);
        Assert.Equal((0, 1, 1.25), (report.Dice.Tasks[1].Cases, report.Dice.Tasks[1].AbsentCases, report.Dice.Tasks[1].AbsentFoundMl));
        Assert.Equal(0.6, report.Dice.MeanDice);
    }

    [Fact]
    public void Without_any_reference_there_is_no_mean() =>
        Assert.Null(Report(Case("one", ("d/liver", null, 0), ("d/spleen", null, 0))).Dice.MeanDice);

    private static EvaluationReport Report(params EvaluatedCase[] cases) =>
        EvaluationReport.Of(Version(["d/liver", "d/spleen"]), "local/d", ["d/liver", "d/spleen"], cases);

    internal static ModelVersion Version(IReadOnlyList<string> tasks, params PromptGroup[] groups) => new()
    {
        Model = "m",
        Version = 1,
        Run = "r",
        Datasets = [],
        Published = DateTimeOffset.UnixEpoch,
        Content = new ModelVersionContent { Package = Blob, Tasks = tasks, Modalities = ["ct"], PromptGroups = groups, Network = "n", Parameters = 1 },
    };

    private static EvaluatedCase Case(string name, params (string Task, double? Dice, double FalseMl)[] tasks) => new(
        new CaseRecord
        {
            CaseId = name,
            Patient = name,
            Split = Split.Test,
            SourceImageSha256 = Blob.Sha256,
            Facts = new CaseFacts
            {
                Image = Blob,
                Size = [1, 1, 1],
                SpacingMm = [1, 1, 1],
                Orientation = "RAS",
                Minimum = 0,
                Maximum = 1,
                LabelVolumesMl = new Dictionary<int, double>(),
                Warnings = [],
            },
        },
        new SegmentationResult
        {
            Tasks = [.. tasks.Select(
                (t, i) => new SegmentedTask { Task = t.Task, Value = i + 1, VolumeMl = 1, Agreement = new TaskAgreement(t.Dice, t.Dice is null ? 0 : 1, t.FalseMl, 0) })],
            PromptGroup = "d",
            Modality = "ct",
            GeometryDigest = "",
            GeometryChecked = true,
            Windows = 1,
            Seconds = 0,
        });
}
