using System.Text;
using Hermes.Dashboard.Runs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Runs;

public sealed class RunCurvesTests
{
    private readonly RunCurves _curves = new();

    [Fact]
    public void Every_number_of_a_line_is_a_point_of_its_curve()
    {
        Replace(1, 2, """{"step":1,"loss":3.5,"learningRate":0.01}""", """{"step":2,"learningRate":0.02,"loss":2.5,"odd":"NaN","more":{"a":[1,2]}}""");

        Assert.Equal([(1, 3.5f), (2, 2.5f)], Points("loss"));
        Assert.Equal([(1, 0.01f), (2, 0.02f)], Points("learningRate"));
        Assert.Empty(Points("odd"));
        Assert.Empty(Points("more"));
    }

    [Fact]
    public void A_validation_is_a_point_of_every_task_and_of_every_task_in_every_dataset()
    {
        Replace(
            1, 4,
            """{"step":4,"validation":{"meanDice":0.5,"tasks":[{"task":"a/liver","dice":0.5,"cases":2},{"task":"a/spleen","cases":0}],"cases":[{"dataset":"a","caseId":"one","dice":{"a/liver":0.25}},{"dataset":"b","caseId":"two","dice":{"a/liver":0.75}}]}}""");

        Assert.Equal([(4, 0.5f)], Points(MetricKeys.ValidationDice));
        Assert.Equal([(4, 0.5f)], Points("dice/a/liver"));
        Assert.Equal([(4, 0.25f)], Points("dice/a/liver@a"));
        Assert.Equal([(4, 0.75f)], Points("dice/a/liver@b"));
        Assert.Empty(Points("dice/a/spleen"));
        Assert.Equal((4, "one, two"), (_curves.Validation!.Value.Step, string.Join(", ", _curves.Validation.Value.Cases.Select(c => c.CaseId))));
    }

    [Fact]
    public void Lines_of_older_platforms_are_read_too()
    {
        Replace(1, 2, """{"step":1,"loss":1,"seconds":0.5}""", """{"step":2,"validation":{"meanDice":0.25,"tasks":[{"task":"a/liver","dice":0.25,"cases":1,"absentCases":0,"absentFoundMl":0}]}}""");

        Assert.Equal([(1, 0.5f)], Points(MetricKeys.SecondsPerStep));
        Assert.Equal([(2, 0.25f)], Points("dice/a/liver"));
        Assert.Null(_curves.Validation);
    }

    [Fact]
    public void Steps_that_do_not_count_any_more_are_passed_over()
    {
        Replace(2, 3, Steps(1, 5));

        Assert.Equal([2, 3], Points("loss").Select(p => p.Step));
    }

    [Fact]
    public void A_stretch_fills_in_what_progress_left_out_and_what_came_after_it_stays()
    {
        Live(2, 2);
        Live(5, 5);
        Live(8, 8);
        var revision = _curves.Revision;

        Replace(1, 6, keepsRest: true, Steps(1, 6));

        Assert.Equal([1, 2, 3, 4, 5, 6, 8], Points("loss").Select(p => p.Step));
        Assert.NotEqual(revision, _curves.Revision);
    }

    [Fact]
    public void What_came_after_the_last_stretch_of_a_run_that_has_ended_is_forgotten()
    {
        Live(8, 8);

        Replace(1, 6, keepsRest: false, Steps(1, 6));

        Assert.Equal([1, 2, 3, 4, 5, 6], Points("loss").Select(p => p.Step));
    }

    [Fact]
    public void A_run_that_goes_back_to_its_last_checkpoint_draws_over_what_was_lost()
    {
        Replace(1, 4, Steps(1, 4));
        Live(5, 5);
        Live(7, 7);

        Live(5, 50);

        Assert.Equal([(4, 4f), (5, 50f)], Points("loss").TakeLast(2));
    }

    [Fact]
    public void Of_the_last_validation_that_progress_repeats_with_every_step_one_point_is_drawn()
    {
        foreach (var step in Enumerable.Range(1, 5))
        {
            _curves.Add(step, new Dictionary<string, double> { [MetricKeys.Loss] = 1, [MetricKeys.ValidationDice] = step < 4 ? 0.5 : 0.75 });
        }

        Assert.Equal([(1, 0.5f), (4, 0.75f)], Points(MetricKeys.ValidationDice));
    }

    [Fact]
    public void Names_are_told_in_order_and_include_what_came_last()
    {
        Live(1, 1);
        Assert.Equal(["loss"], _curves.Names);

        _curves.Add(2, new Dictionary<string, double> { ["accuracy"] = 1 });

        Assert.Equal(["accuracy", "loss"], _curves.Names);
        Assert.True(_curves.Has("accuracy"));
        Assert.False(_curves.Has("nothing"));
        Assert.Equal(1f, _curves.Last("accuracy"));
    }

    private static string[] Steps(int first, int last) => [.. Enumerable.Range(first, last - first + 1).Select(step => $$"""{"step":{{step}},"loss":{{step}}}""")];

    private void Live(int step, double loss) => _curves.Add(step, new Dictionary<string, double> { [MetricKeys.Loss] = loss });

    private void Replace(int first, int last, params string[] lines) => Replace(first, last, false, lines);

    private void Replace(int first, int last, bool keepsRest, params string[] lines) => _curves.Replace(
        [(new MetricsChunk(first, last, new BlobRef("local", new string('a', 64), 1, MediaTypes.JsonLines)), Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"))],
        keepsRest);

    private List<(int Step, float Value)> Points(string name) =>
        [.. _curves.Windows([name], 0, int.MaxValue, 1000).SelectMany(w => w.Steps.Zip(w.Values))];
}
