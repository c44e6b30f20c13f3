using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Cli.Verbs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;
using Spectre.Console;

namespace Hermes.Cli.Tests.Output;

public sealed class DocumentTests
{
    [Fact]
    public void A_dataset_has_the_promised_properties()
    {
        var json = Json(DatasetDocument.Of(new DatasetStatus
        {
            State = DatasetState.Ready,
            Declaration = new DatasetDeclaration { Name = "abdomen", Modality = "ct", Labels = [new LabelEntry(1, "liver", "abdomen/liver")] },
            Version = 1,
            Cases = 3,
            CasesPerSplit = new Dictionary<Split, int> { [Split.Train] = 2, [Split.Test] = 1 },
            VolumesMl = new Dictionary<string, double> { ["liver"] = 1500 },
        }));

        Assert.Equal("abdomen", json.GetProperty("name").GetString());
        Assert.Equal("ct", json.GetProperty("modality").GetString());
        Assert.Equal("local", json.GetProperty("site").GetString());
        Assert.Equal(3, json.GetProperty("cases").GetInt32());
        Assert.Equal("READY", json.GetProperty("state").GetString());
        Assert.Equal(LabelSchema.Of([new LabelEntry(1, "liver", "abdomen/liver")]), json.GetProperty("labelSchema").GetString());
        Assert.Equal(0, json.GetProperty("splits").GetProperty("validation").GetInt32());
        Assert.Equal(1500, json.GetProperty("labels")[0].GetProperty("volumeMl").GetDouble());
    }

    [Fact]
    public void A_run_has_the_promised_properties_even_when_there_is_no_cause()
    {
        var json = Json(RunDocument.Of(new RunStatus { Name = "first", State = RunState.Running, Step = 3, StepsTotal = 100 }, TimeProvider.System));

        Assert.Equal("RUNNING", json.GetProperty("state").GetString());
        Assert.Equal(3, json.GetProperty("step").GetInt32());
        Assert.Equal(100, json.GetProperty("stepsTotal").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("cause").ValueKind);
    }

    [Fact]
    public void A_run_tells_what_was_asked_for_beside_its_preset()
    {
        static IEnumerable<string?> Changes(RunRequest request)
        {
            var json = Json(RunDocument.Of(new RunStatus { Name = "first", State = RunState.Queued, Request = request }, TimeProvider.System));
            return json.GetProperty("changes").EnumerateArray().Select(change => change.GetString());
        }

        Assert.Empty(Changes(new RunRequest()));
        Assert.Equal(["batch 2", "micro-batch 1", "paper-faithful"], Changes(new RunRequest { BatchSize = 2, MicroBatch = 1, PaperFaithful = true }));
    }

    [Fact]
    public void An_update_tells_its_steps_and_the_time_that_became_them()
    {
        var timed = new UpdateStatus
        {
            Name = "grow", State = UpdateState.Training, Request = new UpdateRequest { Datasets = ["local/a"], Minutes = 5 }, Steps = 487, SecondsPerStep = 0.6157,
        };
        var counted = timed with { Request = timed.Request with { Minutes = null, Steps = 400 }, Steps = 400, SecondsPerStep = null };

        var json = Json(UpdateDocument.Of(timed, TimeProvider.System));

        Assert.Equal(
            (487, 5.0, 0.6157), (json.GetProperty("steps").GetInt32(), json.GetProperty("minutes").GetDouble(), json.GetProperty("secondsPerStep").GetDouble()));
        Assert.Equal("5 min 00 s, which became 487 steps of about 0.616 s when it was asked for", UpdateReport.Budget(UpdateDocument.Of(timed, TimeProvider.System)));
        Assert.Equal("400 steps", UpdateReport.Budget(UpdateDocument.Of(counted, TimeProvider.System)));
        Assert.Null(UpdateReport.Budget(UpdateDocument.Of(counted with { Steps = 0 }, TimeProvider.System)));
    }

    [Fact]
    public void A_run_names_the_updates_and_the_studies_that_it_learns_for()
    {
        var status = new RunStatus { Name = "r-1", State = RunState.Running, Updates = ["lesions", Names.RelationStudyNeed("universal@1"), "organs"] };
        var json = Json(RunDocument.Of(status, TimeProvider.System));

        Assert.Equal(["lesions", "organs"], json.GetProperty("updates").EnumerateArray().Select(u => u.GetString()));
        Assert.Equal(["universal@1"], json.GetProperty("studies").EnumerateArray().Select(s => s.GetString()));
    }

    [Fact]
    public void A_run_names_the_tasks_that_its_best_checkpoint_has_not_learned()
    {
        var blob = new BlobRef("local", new string('0', 64), 1, MediaTypes.Safetensors);
        var status = new RunStatus
        {
            Name = "first",
            State = RunState.Completed,
            Checkpoints =
            [
                new CheckpointHead(10, blob, 0.5) { Tasks = [new ValidatedTask("d/liver", 0.9, 2), new ValidatedTask("d/kidney", 0.02, 2), new ValidatedTask("d/absent", null, 0)] },
                new CheckpointHead(20, blob, 0.4) { Tasks = [new ValidatedTask("d/liver", 0.02, 2)] },
                new CheckpointHead(30, blob, null),
            ],
        };

        var json = Json(RunDocument.Of(status, TimeProvider.System));

        Assert.Equal(["d/kidney"], json.GetProperty("notLearned").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal(["d/liver", "d/kidney", "d/absent"], json.GetProperty("validation").EnumerateArray().Select(t => t.GetProperty("task").GetString()));
    }

    [Fact]
    public void What_was_not_learned_is_told_with_what_to_do_and_nothing_is_said_otherwise()
    {
        Assert.Empty(Told(("d/liver", 0.9), ("d/absent", null)));

        var told = Told(("d/liver", 0.9), ("d/kidney", 0));
        Assert.Contains("not learned (Dice below 0.1): d/kidney.", told, StringComparison.Ordinal);
        Assert.Contains("--seed", told, StringComparison.Ordinal);

        static string Told(params (string Task, double? Dice)[] measured)
        {
            var output = new StringWriter();
            NotLearned.Tell(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }), NotLearned.Among(measured));
            return output.ToString();
        }
    }

    [Fact]
    public void The_cause_of_a_failure_names_its_case()
    {
        var status = new RunStatus { Name = "first", State = RunState.Failed, Cause = new Failure("The label is empty.", "p7_gt.nii.gz", "Add it again.", "p7") };

        var json = Json(RunDocument.Of(status, TimeProvider.System));

        Assert.Equal("Case p7: The label is empty.", json.GetProperty("cause").GetString());
        Assert.Equal("p7_gt.nii.gz", json.GetProperty("causeFile").GetString());
        Assert.Equal("Add it again.", json.GetProperty("causeHint").GetString());
    }

    [Fact]
    public void An_evaluation_and_a_quickstart_have_the_promised_properties()
    {
        var evaluation = Json(new EvaluationDocument("m@1", "local/d", "test", 0.5, [new("d/liver", 0.5, 2, 0, 0), new("d/spleen", null, 0, 2, 1)], [], [], 1.5));
        var quickstart = Json(new QuickstartDocument(0.9, [new("d/liver", 0.9, 4)], [], [new("train", 100)], 120, "quickstart@1", 0, null, []));

        Assert.Equal(0.5, evaluation.GetProperty("meanDice").GetDouble());
        Assert.Equal(["task", "dice", "cases"], evaluation.GetProperty("tasks")[0].EnumerateObject().Select(p => p.Name).Take(3));
        Assert.Equal(JsonValueKind.Null, evaluation.GetProperty("tasks")[1].GetProperty("dice").ValueKind);
        Assert.Equal(0.9, quickstart.GetProperty("meanDice").GetDouble());
        Assert.Equal("d/liver", quickstart.GetProperty("tasks")[0].GetProperty("task").GetString());
        Assert.Equal(0.9, quickstart.GetProperty("tasks")[0].GetProperty("dice").GetDouble());
        Assert.Equal("train", quickstart.GetProperty("phases")[0].GetProperty("name").GetString());
        Assert.Equal(100, quickstart.GetProperty("phases")[0].GetProperty("seconds").GetDouble());
        Assert.Equal(120, quickstart.GetProperty("secondsTotal").GetDouble());
        Assert.Equal("quickstart@1", quickstart.GetProperty("model").GetString());
    }

    private static JsonElement Json<T>(T document) => JsonSerializer.SerializeToElement(document, VerbOutput.JsonOptions);
}
