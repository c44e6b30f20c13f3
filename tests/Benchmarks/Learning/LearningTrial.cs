using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Phantoms;
using Hermes.Model.Checkpoints;
using Hermes.Model.Inference;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Model.Training;

namespace Hermes.Benchmarks.Learning;

/// <summary>
/// <c>hermes-benchmarks learn</c>: what a preset learns in its number of steps, outside the platform, for several seeds and number formats. FOLDER holds
/// ct_abdomen, t1_brain and their labels. Phantoms are made with the run's seed and scored on held-out cases as the quickstart does, scans on their training volumes.
/// </summary>
internal static class LearningTrial
{
    private const int ValidationCases = 2;

    public static int Run(string[] arguments)
    {
        string Option(string name, string fallback) => Array.IndexOf(arguments, name) is >= 0 and int i ? arguments[i + 1] : fallback;
        int Number(string name, int fallback) => int.Parse(Option(name, fallback.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        var phantoms = arguments[0] == "phantoms";
        string config = Option("--config", ""), record = Option("--record", "");
        var configuration = config.Length > 0
            ? TrainingConfigurationReader.ReadFile(config)
            : TrainingConfiguration.Preset(Option("--preset", phantoms ? "tiny" : "small"));
        configuration = configuration.WithSteps(Number("--steps", configuration.Steps));
        var chosen = TorchRuntime.Initialize(
            new TorchRuntimeOptions { Device = "cpu", Threads = Number("--threads", 2), MixedPrecision = true }, Console.WriteLine);
        var data = phantoms ? "phantoms" : Path.GetFileName(Path.TrimEndingDirectorySeparator(arguments[0]));
        var wanted =
            from seed in Seeds(Option("--seeds", "0"))
            from precision in Option("--precision", chosen.Precision.ToString()).Split(',').Select(name => Enum.Parse<ConvolutionPrecision>(name, ignoreCase: true))
            select (seed, precision);
        foreach ((var seed, var precision) in wanted)
        {
            bool Same(TrialRecord run) => (run.Data, run.Configuration, run.Seed, run.Precision) == (data, Digest(configuration), seed, precision.ToString());
            if (record.Length > 0 && TrialRecord.Read(record).FirstOrDefault(Same) is { } noted)
            {
                Console.WriteLine($"noted already: {noted}");
                continue;
            }

            var found = Run(arguments[0], data, configuration, seed, chosen with { Precision = precision }, Number("--check", configuration.Steps));
            Console.WriteLine(found);
            if (record.Length > 0)
            {
                found.Append(record);
            }
        }

        return 0;
    }

    private static string Digest(TrainingConfiguration configuration) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configuration.ToJson())));

    /// <summary>Seeds as "3" or "0-9".</summary>
    private static IEnumerable<ulong> Seeds(string text)
    {
        ulong[] ends = [.. text.Split('-').Select(end => ulong.Parse(end, CultureInfo.InvariantCulture))];
        for (var seed = ends[0]; seed <= ends[^1]; seed++)
        {
            yield return seed;
        }
    }

    private static TrialRecord Run(string source, string data, TrainingConfiguration configuration, ulong seed, TorchRuntimeState runtime, int check)
    {
        var work = Directory.CreateTempSubdirectory("hermes-learn-").FullName;
        try
        {
            IReadOnlyList<TrialDataset> datasets = source == "phantoms"
                ? [.. PhantomDataset.Write(Path.Combine(work, "phantoms"), seed, validationCases: ValidationCases).Select(TrialDataset.Phantom)]
                : [TrialDataset.Real(source, "ct_abdomen", "ct", "ct_labels.json"), TrialDataset.Real(source, "t1_brain", "t1", "t1_labels.json")];
            PreparedDataset[] prepared = [.. datasets.Select(d => d.Prepare(configuration.Plan(), work))];
            var vocabulary = PriorVocabulary.InOrderOfIdentity(prepared.SelectMany(d => d.Group.Tasks), prepared.Select(d => d.Group.Modality!));
            using var trainer = new Trainer(configuration, vocabulary, prepared, seed, "trial", runtime);
            var curve = new SortedDictionary<int, double>();
            var started = Stopwatch.GetTimestamp();
            var looking = TimeSpan.Zero;
            var best = Path.Combine(work, "best");
            Train(trainer, best, () =>
            {
                if (trainer.Steps > 0 && trainer.Steps % check == 0 && !trainer.IsDone)
                {
                    var from = Stopwatch.GetTimestamp();
                    trainer.Save(Path.Combine(work, "now"));
                    curve[trainer.Steps] = Score(Path.Combine(work, "now"), $"after {trainer.Steps} steps", runtime, datasets, work).MeanDice ?? 0;
                    looking += Stopwatch.GetElapsedTime(from);
                }
            });
            var seconds = (Stopwatch.GetElapsedTime(started) - looking).TotalSeconds;
            if (!File.Exists(best))
            {
                trainer.Save(best);
            }

            var report = Score(best, $"best, of step {trainer.BestStep ?? trainer.Steps}", runtime, datasets, work);
            foreach (var dataset in prepared)
            {
                dataset.Training.Concat(dataset.Validation).ToList().ForEach(file => file.Dispose());
            }

            return new TrialRecord(
                data, Digest(configuration), seed, runtime.Precision.ToString(), configuration.Steps, seconds, report.MeanDice ?? 0,
                new SortedDictionary<string, double>(report.Tasks.ToDictionary(t => t.Task, t => t.Dice ?? 0), StringComparer.Ordinal), curve);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Train(Trainer trainer, string best, Action between)
    {
        var recent = new List<StepMetrics>();
        trainer.Train(new TrainingHooks
        {
            Stepped = metrics =>
            {
                recent.Add(metrics);
                if (metrics.Step % 100 == 0)
                {
                    double[] times = [.. recent.Select(m => m.Seconds).Order()];
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"step {metrics.Step}: loss {recent.Average(m => m.SegmentationLoss):0.000}, modality {recent.Average(m => m.ModalityLoss):0.000}, gradient {recent.Average(m => m.GradientNorm):0.0}, fastest step {times[0]:0.000} s, median {times[times.Length / 2]:0.000} s"));
                    recent.Clear();
                }
            },
            Validated = result =>
            {
                if (result.IsBest)
                {
                    trainer.Save(best);
                }
            },
            BetweenSteps = _ =>
            {
                between();
                return true;
            },
        });
    }

    private static DiceSummary Score(string checkpoint, string when, TorchRuntimeState runtime, IReadOnlyList<TrialDataset> datasets, string work)
    {
        var package = ModelPackage.Publish(checkpoint, Path.Combine(work, "package"));
        using var model = ModelPackage.Load(package.Path, runtime);
        var segmenter = new Segmenter(model);
        var scores = new List<TaskScore>();
        foreach (var dataset in datasets)
        {
            foreach (var test in dataset.Testing)
            {
                var found = segmenter.Segment(test.ReadImage(), new Question(PromptedTasks.Of(dataset.Group)));
                scores.AddRange(DiceEvaluation.Evaluate(found.LabelMap!, test.ReadLabels(), [.. dataset.Group.Labels.Select(l => new EvaluatedTask(l.Task, l.Value, l.Value))]));
            }
        }

        var report = DiceSummary.Of(scores);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when}: mean Dice {report.MeanDice:0.000}"));
        Console.WriteLine("  " + string.Join(", ", report.Tasks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Task} {t.Dice:0.00}"))));
        return report;
    }
}
