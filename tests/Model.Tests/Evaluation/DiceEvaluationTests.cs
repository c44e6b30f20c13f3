using Hermes.Model.Evaluation;
using Hermes.Model.Tests.Volumes;
using Hermes.Model.Volumes;

namespace Hermes.Model.Tests.Evaluation;

public sealed class DiceEvaluationTests
{
    private static readonly VolumeGeometry Line = Geometries.Of(10, 1, 1, new Point3(10, 10, 10), Orientation.Ras);

    [Fact]
    public void Dice_and_volumes_are_counted_per_task()
    {
        var predicted = new Volume<ushort>(Line, [1, 1, 1, 1, 0, 0, 2, 2, 0, 0]);
        var reference = new Volume<ushort>(Line, [0, 0, 5, 5, 5, 0, 0, 0, 0, 6]);

        var score = DiceEvaluation.Evaluate("case", predicted, reference, [new("a/liver", 1, 5), new("a/spleen", 2, 6), new("a/aorta", 3, 7)]);

        Assert.Equal(new TaskScore("a/liver", 4.0 / 7, false, 3, 4, 2, 1), score.Tasks[0]);
        Assert.Equal(new TaskScore("a/spleen", 0, false, 1, 2, 2, 1), score.Tasks[1]);
        Assert.Equal(new TaskScore("a/aorta", null, true, 0, 0, 0, 0), score.Tasks[2]);
    }

    [Fact]
    public void A_class_that_is_absent_in_the_reference_is_reported_with_what_was_wrongly_found()
    {
        var score = DiceEvaluation.Evaluate("case", new Volume<ushort>(Line, [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]), new Volume<ushort>(Line), [new("a/lesion", 1, 1)]);

        Assert.Equal(new TaskScore("a/lesion", null, true, 0, 2, 2, 0), Assert.Single(score.Tasks));
    }

    [Fact]
    public void A_prediction_in_another_orientation_is_compared_where_it_lies()
    {
        var random = new Random(5);
        var geometry = Geometries.Of(4, 5, 6, new Point3(1, 2, 3), Orientation.Parse("LPS"), new Point3(0.1, 0.2, 0));
        var reference = new Volume<ushort>(geometry, [.. Enumerable.Range(0, 120).Select(_ => (ushort)random.Next(3))]);

        var score = DiceEvaluation.Evaluate("case", Reorientation.To(reference, Orientation.Parse("SAR")), reference, [new("a/x", 1, 1), new("a/y", 2, 2)]);

        Assert.All(score.Tasks, t => Assert.Equal(1, t.Dice));
        Assert.Throws<InvalidDataException>(() => DiceEvaluation.Evaluate("case", new Volume<ushort>(Line), reference, []));
    }

    [Fact]
    public void A_mask_scores_as_its_label_map_does()
    {
        var mask = new Volume<byte>(Line, [1, 1, 0, 0, 0, 0, 9, 0, 0, 0]);
        var reference = new Volume<ushort>(Line, [4, 4, 4, 0, 0, 0, 0, 3, 0, 0]);

        Assert.Equal(new TaskScore("a/liver", 4.0 / 6, false, 3, 3, 1, 1), DiceEvaluation.Evaluate("a/liver", mask, reference, 4));
    }

    [Fact]
    public void The_report_averages_over_the_cases_that_have_the_structure()
    {
        var report = EvaluationReport.From(
        [
            new CaseScore("1", [new("a/x", 0.5, false, 1, 1, 0, 0), new("a/y", null, true, 0, 3, 3, 0)]),
            new CaseScore("2", [new("a/x", 1.0, false, 1, 1, 0, 0), new("a/y", null, true, 0, 1, 1, 0)]),
            new CaseScore("3", [new("a/x", null, true, 0, 0, 0, 0), new("a/z", 0.25, false, 1, 1, 0, 0)]),
        ]);

        Assert.Equal(new TaskSummary("a/x", 0.75, 2, 1, 0), report.Tasks[0]);
        Assert.Equal(new TaskSummary("a/y", null, 0, 2, 2), report.Tasks[1]);
        Assert.Equal(new TaskSummary("a/z", 0.25, 1, 0, 0), report.Tasks[2]);
        Assert.Equal(0.5, report.MeanDice);
        Assert.Null(EvaluationReport.From([]).MeanDice);
    }
}
