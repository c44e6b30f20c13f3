using System.Diagnostics;
using System.Globalization;
using Hermes.Benchmarks.Learning;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Phantoms;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Model.Training;

namespace Hermes.Benchmarks;

/// <summary>
/// <c>hermes-benchmarks memory</c>: the highest resident memory of a short training with all that belongs to it (batches made ahead, a validation, a
/// checkpoint). The estimate that the scheduler goes by is fitted to these numbers.
/// </summary>
internal static class MemoryBench
{
    /// <summary>What is measured when nothing is named: the presets that fit a small machine, and around them one thing changed at a time.</summary>
    private static readonly string[] Grid =
    [
        "tiny", "small", "tiny --batch 1", "tiny --batch 2", "tiny --batch 8", "tiny --patch 48", "tiny --patch 64", "tiny --width 16", "tiny --width 32", "small --width 16",
        "tiny --tasks 16", "tiny --tasks 48", "tiny --patch 64 --tasks 16", "tiny --patch 96 --batch 1", "tiny --width 16 --patch 64 --batch 2",
        .. new[] { "decoder", "branch", "priors" }.SelectMany(part => new[] { "tiny", "small", "tiny --patch 64", "tiny --width 32", "tiny --patch 96 --batch 1" }, (part, training) => $"{training} --learn {part}"),
    ];

    public static int Run(string[] arguments)
    {
        if (arguments.Length > 0)
        {
            Measure(arguments);
            return 0;
        }

        Console.WriteLine("training                                  format   peak MiB");
        foreach (var line in Grid.SelectMany(g => Enum.GetNames<ConvolutionPrecision>().Select(precision => $"{g} --precision {precision}")))
        {
            InProcess(line.Split(' '));
        }

        return 0;
    }

    // A process each: memory that one training keeps does not count for the next.
    private static void InProcess(string[] arguments)
    {
        string[] host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(MemoryBench).Assembly.Location] : [];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. host, "memory", .. arguments]))!;
        process.WaitForExit();
    }

    private static void Measure(string[] arguments)
    {
        string Option(string name, string fallback) => Array.IndexOf(arguments, name) is >= 0 and int i ? arguments[i + 1] : fallback;
        int Number(string name, int fallback) => int.Parse(Option(name, fallback.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        var preset = TrainingConfiguration.Preset(arguments[0]);
        var patch = Number("--patch", 0) is > 0 and var side ? new GridSize(side, side, side) : preset.PatchSize;
        var configuration = (preset with
        {
            Network = preset.Network with { BaseWidth = Number("--width", preset.Network.BaseWidth) },
            PatchSize = patch,
            WindowSize = patch,
            BatchSize = Number("--batch", preset.BatchSize),
            MicroBatch = Number("--micro", 0) is > 0 and var micro ? micro : preset.MicroBatch,
            Recompute = Option("--recompute", preset.Recompute ? "yes" : "no") == "yes",
        }).WithSteps(Number("--steps", 6));
        var precision = Enum.Parse<ConvolutionPrecision>(Option("--precision", nameof(ConvolutionPrecision.Mixed)), ignoreCase: true);
        var runtime = TorchRuntime.Initialize(new TorchRuntimeOptions { Device = "cpu", MixedPrecision = true }) with { Precision = precision };
        var work = Directory.CreateTempSubdirectory("hermes-memory-").FullName;
        try
        {
            PreparedDataset[] datasets =
            [
                .. PhantomDataset.Write(Path.Combine(work, "phantoms"), seed: 1, trainingCases: 4, testCases: 1, validationCases: 1)
                    .Select(TrialDataset.Phantom).Select(d => (d with { Group = Grown(d.Group, Number("--tasks", 0)) }).Prepare(configuration.Plan(), work)),
            ];
            if (Option("--publish", "") is { Length: > 0 } package)
            {
                using var made = Whole(configuration, datasets[..^1], runtime);
                made.Save(Path.Combine(work, "checkpoint"));
                ModelPackage.Publish(Path.Combine(work, "checkpoint"), package);
                return;
            }

            var part = Option("--learn", "network");
            if (part != "network")
            {
                InProcess([.. arguments, "--publish", Path.Combine(work, "trunk")]);
            }

            using var trunk = part == "network" ? null : ModelPackage.Load(Path.Combine(work, "trunk"), runtime);
            using var trainer = part switch
            {
                "network" => Whole(configuration, datasets, runtime),
                "decoder" => new Trainer(trunk!, configuration, Vocabulary(datasets), frozenEncoder: true, datasets, seed: 1, "memory"),
                _ => new Trainer(trunk!, BranchDescription.Of(trunk!, datasets[^1].Group, part == "branch", configuration), [datasets[^1]], seed: 1, "memory"),
            };
            trainer.Train(new TrainingHooks());
            trainer.Save(Path.Combine(work, "checkpoint"));
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(' ', arguments.Except(["--precision", precision.ToString()])),-40}  {precision,-6}  {process.PeakWorkingSet64 / (double)(1 << 20),9:f0}  {trainer.Parameters} parameters"));
            datasets.SelectMany(d => d.Training.Concat(d.Validation)).ToList().ForEach(file => file.Dispose());
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static Trainer Whole(TrainingConfiguration configuration, IReadOnlyList<PreparedDataset> datasets, TorchRuntimeState runtime) =>
        new(configuration, Vocabulary(datasets), datasets, seed: 1, "memory", runtime);

    private static PriorVocabulary Vocabulary(IReadOnlyList<PreparedDataset> datasets) =>
        PriorVocabulary.InOrderOfIdentity(datasets.SelectMany(d => d.Group.Tasks), datasets.Select(d => d.Group.Modality!));

    // Tasks of which no case has a voxel cost as much memory as others.
    private static DatasetPrompt Grown(DatasetPrompt group, int tasks) => group with
    {
        Labels = [.. group.Labels, .. Enumerable.Range(group.Labels.Length + 1, Math.Max(0, tasks - group.Labels.Length)).Select(n => new LabelledTask((ushort)(100 + n), $"{group.Name}/more_{n}"))],
    };
}
