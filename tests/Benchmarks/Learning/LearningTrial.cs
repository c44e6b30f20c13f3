using System.Diagnostics;
using System.Globalization;
using Hermes.Model.Checkpoints;
using Hermes.Model.Evaluation;
using Hermes.Model.Inference;
using Hermes.Model.Network;
using Hermes.Model.Phantoms;
using Hermes.Model.Runtime;
using Hermes.Model.Training;

namespace Hermes.Benchmarks.Learning;

/// <summary>
/// <c>hermes-benchmarks learn phantoms|FOLDER [--preset NAME | --config FILE] [--steps N] [--seed N] [--threads N] [--check N]</c>: what a preset learns in its number of
/// steps, outside the platform. FOLDER holds ct_abdomen, t1_brain and their labels. Phantoms are scored on held-out cases, scans on their training volumes.
/// </summary>
internal static class LearningTrial
{
    public static int Run(string[] arguments)
    {
        string Option(string name, string fallback) => Array.IndexOf(arguments, name) is >= 0 and int i ? arguments[i + 1] : fallback;
        int Number(string name, int fallback) => int.Parse(Option(name, fallback.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        bool phantoms = arguments[0] == "phantoms";
        string config = Option("--config", "");
        TrainingConfiguration configuration = config.Length > 0
            ? TrainingConfigurationReader.ReadFile(config)
            : TrainingConfiguration.Preset(Option("--preset", phantoms ? "tiny" : "small"));
        configuration = configuration.WithSteps(Number("--steps", configuration.Steps));
        ulong seed = (ulong)Number("--seed", 1);
        TorchRuntimeState runtime = TorchRuntime.Initialize(
            new TorchRuntimeOptions { Device = "cpu", Threads = Number("--threads", 2), MixedPrecision = true }, Console.WriteLine);
        string work = Directory.CreateTempSubdirectory("hermes-learn-").FullName;
        try
        {
            long started = Stopwatch.GetTimestamp();
            IReadOnlyList<TrialDataset> datasets = phantoms
                ? [.. PhantomDataset.Write(Path.Combine(work, "phantoms"), seed).Select(TrialDataset.Phantom)]
                : [TrialDataset.Real(arguments[0], "ct_abdomen", "ct", "ct_labels.json"), TrialDataset.Real(arguments[0], "t1_brain", "t1", "t1_labels.json")];
            PreparedDataset[] prepared = [.. datasets.Select(d => d.Prepare(configuration.Plan(), work))];
            Console.WriteLine($"prepared {prepared.Sum(d => d.Training.Count)} cases of {string.Join(", ", prepared.SelectMany(d => d.Training).Select(c => c.Size).Take(3))} ... in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            var vocabulary = new PriorVocabulary(prepared.SelectMany(d => d.Group.Tasks), prepared.Select(d => d.Group.Modality!).Distinct());
            using var trainer = new Trainer(configuration, vocabulary, prepared, seed, "trial", runtime);
            Train(trainer, runtime, datasets, work, Number("--check", configuration.Steps));
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Train(Trainer trainer, TorchRuntimeState runtime, IReadOnlyList<TrialDataset> datasets, string work, int check)
    {
        var recent = new List<StepMetrics>();
        double seconds = 0;
        trainer.Train(new TrainingHooks
        {
            Stepped = metrics =>
            {
                seconds += metrics.Seconds;
                recent.Add(metrics);
                if (metrics.Step % 50 == 0)
                {
                    double[] times = [.. recent.Select(m => m.Seconds).Order()];
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"step {metrics.Step}: loss {recent.Average(m => m.SegmentationLoss):0.000}, modality {recent.Average(m => m.ModalityLoss):0.000}, gradient {recent.Average(m => m.GradientNorm):0.0}, fastest step {times[0]:0.000} s, median {times[times.Length / 2]:0.000} s, trained {seconds:0} s"));
                    recent.Clear();
                }
            },
            BetweenSteps = t =>
            {
                if (t.Steps > 0 && (t.Steps % check == 0 || t.IsDone))
                {
                    Score(t, runtime, datasets, work);
                }
                return true;
            },
        });
    }

    private static void Score(Trainer trainer, TorchRuntimeState runtime, IReadOnlyList<TrialDataset> datasets, string work)
    {
        long started = Stopwatch.GetTimestamp();
        trainer.Save(Path.Combine(work, "checkpoint"));
        WrittenFile package = ModelPackage.Publish(Path.Combine(work, "checkpoint"), Path.Combine(work, "package"));
        using ModelPackage model = ModelPackage.Load(package.Path, runtime);
        var segmenter = new Segmenter(model);
        var scores = new List<CaseScore>();
        foreach (TrialDataset dataset in datasets)
        {
            foreach (TrialCase test in dataset.Testing)
            {
                Segmentation found = segmenter.Segment(test.ReadImage(), new SegmentationQuestion { PromptGroup = dataset.Group.Name });
                scores.Add(DiceEvaluation.Evaluate(test.Id, found.LabelMap!, test.ReadLabels(), [.. found.Labels.Select(l => new EvaluatedTask(l.Task, l.Value, l.Value))]));
            }
        }
        EvaluationReport report = EvaluationReport.From(scores);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {trainer.Steps} steps: mean Dice {report.MeanDice:0.000} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s for {scores.Count} cases)"));
        Console.WriteLine("  " + string.Join(", ", report.Tasks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Task} {t.Dice:0.00}"))));
    }
}
