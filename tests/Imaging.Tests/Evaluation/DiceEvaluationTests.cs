using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Evaluation;

public sealed class DiceEvaluationTests
{
    private static readonly VolumeGeometry Line = Geometries.Of(10, 1, 1, new Point3(10, 10, 10), Orientation.Ras);

    [Fact]
    public void Dice_and_volumes_are_counted_per_task()
    {
        var predicted = new Volume<ushort>(Line, [1, 1, 1, 1, 0, 0, 2, 2, 0, 0]);
        var reference = new Volume<ushort>(Line, [0, 0, 5, 5, 5, 0, 0, 0, 0, 6]);

        var scores = DiceEvaluation.Evaluate(predicted, reference, [new("a/liver", 1, 5), new("a/spleen", 2, 6), new("a/aorta", 3, 7)]);

        Assert.Equal(new TaskScore("a/liver", 4.0 / 7, 3, 2, 1), scores[0]);
        Assert.Equal(new TaskScore("a/spleen", 0, 1, 2, 1), scores[1]);
        Assert.Equal(new TaskScore("a/aorta", null, 0, 0, 0), scores[2]);
    }

    [Fact]
    public void A_class_that_is_absent_in_the_reference_is_reported_with_what_was_wrongly_found()
    {
        var scores = DiceEvaluation.Evaluate(new Volume<ushort>(Line, [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]), new Volume<ushort>(Line), [new("a/lesion", 1, 1)]);

        Assert.Equal(new TaskScore("a/lesion", null, 0, 2, 0), Assert.Single(scores));
    }

    [Fact]
    public void A_prediction_in_another_orientation_is_compared_where_it_lies()
    {
        var random = new Random(5);
        var geometry = Geometries.Of(4, 5, 6, new Point3(1, 2, 3), Orientation.Parse("LPS"), new Point3(0.1, 0.2, 0));
        var reference = new Volume<ushort>(geometry, [.. Enumerable.Range(0, 120).Select(_ => (ushort)random.Next(3))]);

        var scores = DiceEvaluation.Evaluate(Reorientation.To(reference, Orientation.Parse("SAR")), reference, [new("a/x", 1, 1), new("a/y", 2, 2)]);

        Assert.All(scores, t => Assert.Equal(1, t.Dice));
        Assert.Throws<InvalidDataException>(() => DiceEvaluation.Evaluate(new Volume<ushort>(Line), reference, []));
    }

    [Fact]
    public void A_mask_scores_as_its_label_map_does()
    {
        var mask = new Volume<byte>(Line, [1, 1, 0, 0, 0, 0, 9, 0, 0, 0]);
        var reference = new Volume<ushort>(Line, [4, 4, 4, 0, 0, 0, 0, 3, 0, 0]);

        Assert.Equal(new TaskScore("a/liver", 4.0 / 6, 3, 1, 1), DiceEvaluation.Evaluate("a/liver", mask, reference, 4));
    }
}
