using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Preprocessing;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Training;
using TorchSharp;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class TrainerTests
{
    private const ulong Seed = 11;

    [Theory]
    [InlineData("fp32", "resunet")]
    [InlineData("bf16", "resunet")]
    [InlineData("bf16", "medformer")]
    public void Resuming_equals_never_stopping(string precision, string architecture)
    {
        var configuration = PreparedCases.Configuration($"arch: {architecture}\nprecision: {precision}\nval_steps: 2\n");
        using var cases = new PreparedCases(configuration, validation: 1);
        using (var undisturbed = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run"))
        {
            Assert.True(undisturbed.Train(new TrainingHooks()));
            undisturbed.Save(cases.File("undisturbed"));
        }

        using (var stopped = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run"))
        {
            Assert.False(stopped.Train(new TrainingHooks { BetweenSteps = trainer => trainer.Steps < 3 }));
            stopped.Save(cases.File("half"));
        }

        using (var resumed = Trainer.Resume(cases.File("half"), cases.Datasets))
        {
            Assert.Equal(3, resumed.Steps);
            Assert.True(resumed.Train(new TrainingHooks()));
            resumed.Save(cases.File("resumed"));
        }

        Assert.Equal(Digest(cases.File("undisturbed")), Digest(cases.File("resumed")));
        Assert.NotEqual(Weights(cases.File("half")), Weights(cases.File("resumed")));
    }

    [Fact]
    public void Resuming_with_other_threads_says_that_the_bits_may_differ()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        using (var begun = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run"))
        {
            begun.Save(cases.File("begun"));
        }

        var said = new List<string>();
        Trainer.Resume(cases.File("begun"), cases.Datasets, log: said.Add).Dispose();
        Assert.Empty(said);

        var threads = torch.get_num_threads();
        try
        {
            torch.set_num_threads(threads + 1);
            Trainer.Resume(cases.File("begun"), cases.Datasets, log: said.Add).Dispose();
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        var word = Assert.Single(said);
        Assert.Contains($"now with {threads + 1} threads", word, StringComparison.Ordinal);
        Assert.EndsWith("the bits may differ from those of an undisturbed run.", word, StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_on_another_processor_says_so_and_what_an_older_version_wrote_names_none()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        using (var begun = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run"))
        {
            begun.Save(cases.File("begun"));
        }

        var said = new List<string>();
        Rewrite(cases.File("begun"), cases.File("elsewhere"), state => state["processor"] = "PDP-11");
        Rewrite(cases.File("begun"), cases.File("older"), state => state.Remove("processor"));
        Trainer.Resume(cases.File("older"), cases.Datasets, log: said.Add).Dispose();
        Assert.Empty(said);

        Trainer.Resume(cases.File("elsewhere"), cases.Datasets, log: said.Add).Dispose();

        Assert.Contains(", PDP-11, now with ", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_depends_on_the_seed_and_not_on_the_run()
    {
        var configuration = PreparedCases.Configuration().WithSteps(2);
        using var cases = new PreparedCases(configuration);

        var first = Package(cases, configuration, Seed, "monday").Sha256;
        var again = Package(cases, configuration, Seed, "tuesday").Sha256;
        var other = Package(cases, configuration, Seed + 1, "monday").Sha256;

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.NotEqual(Digest(cases.File("monday")), Digest(cases.File("tuesday")));
    }

    [Fact]
    public void The_order_in_which_datasets_are_given_decides_nothing()
    {
        var configuration = PreparedCases.Configuration().WithSteps(2);
        using var cases = new PreparedCases(configuration);

        string[] digests = [.. new[] { cases.Datasets, [.. cases.Datasets.Reverse()] }.Select((datasets, n) =>
        {
            var vocabulary = PriorVocabulary.InOrderOfIdentity(datasets.SelectMany(d => d.Group.Tasks), datasets.Select(d => d.Group.Modality ?? "ct"));
            using (var trainer = new Trainer(configuration, vocabulary, datasets, Seed, "run"))
            {
                trainer.Train(new TrainingHooks());
                trainer.Save(cases.File($"order {n}"));
            }
            // A resumed run does not care either.
            Trainer.Resume(cases.File($"order {n}"), [.. datasets.Reverse()]).Dispose();
            return ModelPackage.Publish(cases.File($"order {n}"), cases.File($"order {n}.package")).Sha256;
        })];

        Assert.Equal(digests[0], digests[1]);
    }

    [Fact]
    public void A_package_holds_all_that_is_needed_to_use_it()
    {
        var configuration = PreparedCases.Configuration().WithSteps(1);
        using var cases = new PreparedCases(configuration);
        var written = Package(cases, configuration, Seed, "run");

        using var package = ModelPackage.Load(written.Path);

        Assert.Equal(PreparedCases.Vocabulary.Tasks.ToArray(), package.Network.Priors.Vocabulary.Tasks.ToArray());
        Assert.Equal(["ct", "t1"], package.Network.Priors.Vocabulary.Modalities.ToArray());
        Assert.Equal(cases.Datasets.Select(dataset => dataset.Group), package.PromptGroups);
        Assert.Equal(configuration.Plan().Digest, package.Plan.Digest);
        Assert.Equal(configuration, package.Configuration);
        Assert.Equal(1, package.Description.Steps);
    }

    [Fact]
    public void Training_lowers_the_loss_and_finds_the_box()
    {
        var configuration = PreparedCases.Configuration("val_steps: 40\naffine_prob: 0\nema_alpha: 0.9\n").WithSteps(40);
        using var cases = new PreparedCases(configuration, validation: 1);
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");
        var losses = new List<double>();
        ValidationResult? validated = null;

        trainer.Train(new TrainingHooks { Stepped = step => losses.Add(step.Loss), Validated = result => validated = result });

        Assert.Equal(40, losses.Count);
        Assert.True(losses.TakeLast(10).Average() < 0.7 * losses.Take(10).Average(), $"{losses.Take(10).Average()} {losses.TakeLast(10).Average()}");
        Assert.True(validated!.IsBest);
        Assert.True(validated.Dice.Tasks.Single(task => task.Task == "one/box").Dice > 0.5, $"{validated.Dice.MeanDice}");
        Assert.Equal(validated.Score, trainer.BestScore);
        Assert.Equal(ValidationScore.Of(validated.Cases, countsTasksAlike: false), validated.Score);
        Assert.Equal(cases.Datasets.SelectMany(d => d.Validation.Select(v => (d.Group.Name, v.Header.CaseId))), validated.Cases.Select(c => (c.Dataset, c.CaseId)));
        Assert.Equal(validated.Dice.Tasks, DiceSummary.Of(validated.Cases.SelectMany(c => c.Scores)).Tasks);
    }

    [Fact]
    public void A_step_says_what_its_time_was_spent_on_and_how_many_modalities_it_recognised()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");

        var steps = Enumerable.Range(0, 6).Select(_ => trainer.Step()).ToList();

        Assert.All(steps, step =>
        {
            var times = step.Times;
            Assert.All([times.Data, times.Forward, times.Backward, times.Optimiser], part => Assert.True(part > 0));

            // The clock tells tenths of a microsecond.
            Assert.InRange(step.Seconds - (times.Data + times.Forward + times.Backward + times.Optimiser), -1e-6, 1e-6);
        });

        // Only one of the two datasets has a modality; a batch may have no sample of it.
        var accuracies = steps.Select(s => s.ModalityAccuracy).OfType<double>().ToList();
        Assert.NotEmpty(accuracies);
        Assert.All(accuracies, accuracy => Assert.InRange(accuracy, 0, 1));
    }

    [Fact]
    public void A_loss_that_is_no_number_names_the_step_and_the_cases()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration, cases: 1);
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");
        trainer.Step();
        using (torch.no_grad())
        {
            trainer.Network.Learned[0].Pieces[0].fill_(float.NaN);
        }

        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Step());

        Assert.Equal(2, error.Step);
        Assert.Contains("the loss of step 2", error.Message, StringComparison.Ordinal);
        Assert.All(error.Cases, name => Assert.Contains(name, (string[])["one/one_0", "two/two_0"]));
        Assert.Equal(1, trainer.Steps);
    }

    [Fact]
    public void Steps_that_are_given_together_are_the_steps_that_are_given_one_by_one()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        var (together, weights) = Run(3);

        var (single, same) = Run(1);
        Assert.Equal(together, single);
        Assert.Equal(weights, same);
        // The sums of a whole batch are rounded otherwise than those of its lanes.
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");
        var first = trainer.Step();
        var (loss, norm) = together[0];
        Assert.Equal(first.Loss, loss, 1e-3);
        Assert.InRange(norm / first.GradientNorm, 0.98, 1.02);

        (List<(double Loss, double Norm)> Numbers, string Weights) Run(int most)
        {
            using var ahead = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run") { AsAccelerator = true };
            List<(double Loss, double Norm)> numbers = [];
            while (ahead.Steps < 6)
            {
                var steps = ahead.Step(most);
                Assert.Equal(most, steps.Count);
                Assert.All(steps, s => Assert.Equal(s.Seconds, s.Times.Data + s.Times.Forward + s.Times.Backward + s.Times.Optimiser, 1e-5));
                numbers.AddRange(steps.Select(s => (s.Loss, s.GradientNorm)));
            }

            return (numbers, ahead.Save(cases.File($"ahead{most}")).Sha256);
        }
    }

    [Fact]
    public void A_training_that_gives_steps_together_tells_each_and_validates_when_it_is_due()
    {
        var configuration = PreparedCases.Configuration("val_steps: 4\n");
        using var cases = new PreparedCases(configuration, validation: 1);
        List<string> one = Told(isAccelerator: false), other = Told(isAccelerator: true);

        Assert.Equal(one, other);
        Assert.Contains("validated 4", one);

        List<string> Told(bool isAccelerator)
        {
            var told = new List<string>();
            using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run") { AsAccelerator = isAccelerator };
            Assert.True(trainer.Train(new TrainingHooks { Stepped = s => told.Add($"step {s.Step}"), Validated = v => told.Add($"validated {v.Step}") }));
            return told;
        }
    }

    [Fact]
    public void Where_steps_are_given_together_the_first_that_went_wrong_is_named()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run") { AsAccelerator = true };
        trainer.Step();
        using (torch.no_grad())
        {
            trainer.Network.Learned[0].Pieces[0].fill_(float.NaN);
        }

        Assert.Equal(2, Assert.Throws<TrainingDivergedException>(() => trainer.Step(3)).Step);
        Assert.Equal(1, trainer.Steps);
    }

    [Fact]
    public void A_cancel_takes_effect_at_the_next_step()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => trainer.Train(new TrainingHooks { Stepped = _ => stop.Cancel() }, stop.Token));

        Assert.Equal(1, trainer.Steps);
    }

    [Fact]
    public void A_checkpoint_is_refused_with_other_data()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration, cases: 2);
        using (var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run"))
        {
            trainer.Save(cases.File("a"));
        }

        PreparedDataset[] fewer = [cases.Datasets[0] with { Training = [cases.Datasets[0].Training[0]] }, cases.Datasets[1]];

        Assert.Contains("other data", Assert.Throws<InvalidDataException>(() => Trainer.Resume(cases.File("a"), fewer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_prepared_by_another_plan_are_refused()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        var other = configuration with { Spacing = GridSpacing.Isotropic(9) };

        Assert.Contains(
            "another plan",
            Assert.Throws<ArgumentException>(() => new Trainer(other, PreparedCases.Vocabulary, cases.Datasets, Seed, "run")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_leaves_no_tensors_behind(bool isAccelerator)
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run") { AsAccelerator = isAccelerator };
        trainer.Step();
        trainer.Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        trainer.Step();
        trainer.Step();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static WrittenFile Package(PreparedCases cases, TrainingConfiguration configuration, ulong seed, string run)
    {
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, seed, run);
        trainer.Train(new TrainingHooks());
        trainer.Save(cases.File(run));
        return ModelPackage.Publish(cases.File(run), cases.File($"{run}.package"));
    }

    private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    // The same tensors with another word about where they were computed.
    private static void Rewrite(string checkpoint, string path, Action<JsonObject> change)
    {
        using var file = SafetensorsFile.Open(checkpoint);
        var state = JsonNode.Parse(file.Metadata["state"])!.AsObject();
        change(state);
        SafetensorsWriter.Write(
            path,
            new Dictionary<string, string>(file.Metadata) { ["state"] = state.ToJsonString() },
            [.. file.Tensors.OrderBy(t => t.Value.Begin).Select(t => new SafetensorsTensor(t.Key, t.Value.Type, t.Value.Shape, take => take(Bytes(file, t.Key))))]);
    }

    private static byte[] Weights(string checkpoint)
    {
        using var file = SafetensorsFile.Open(checkpoint);
        return Bytes(file, "weights/inc.conv1.weight");
    }

    private static byte[] Bytes(SafetensorsFile file, string tensor)
    {
        var bytes = new byte[file.Entry(tensor).Length];
        file.Read(tensor, bytes);
        return bytes;
    }
}
