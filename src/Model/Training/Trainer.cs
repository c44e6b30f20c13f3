using System.Diagnostics;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>
/// One training run (docs/method.md): patches from all datasets, losses, LAMB, schedule, averaged weights. The same configuration, data, seed, libraries and
/// number of threads give the same bits, also across a checkpoint. Not thread-safe; batches are made, and samples learned, on threads of its own.
/// </summary>
public sealed class Trainer : IDisposable
{
    private const int MostAhead = 10;

    private readonly FlatParameters _parameters;
    private readonly Lamb _optimiser;
    private readonly WeightAverage _average;
    private readonly PolynomialSchedule _schedule;
    private readonly BatchLearner _learner;
    private readonly BranchDescription? _branch;
    private readonly Device _device;
    private readonly bool _frozenEncoder;
    private double? _score;
    private int _ahead = 1;

    /// <summary>Begins a run that learns all of a network.</summary>
    /// <param name="configuration">How to train.</param>
    /// <param name="vocabulary">Tasks and modalities in the order of their priors; may know more than the datasets have.</param>
    /// <param name="datasets">What to learn from, in any order; the prepared cases stay open until the trainer is disposed.</param>
    /// <param name="seed">Seed of every generator.</param>
    /// <param name="run">The run's identity, noted in checkpoints.</param>
    /// <param name="runtime">Device and number format; the CPU and what the configuration asks for if null.</param>
    /// <exception cref="ArgumentException">Configuration, vocabulary and data do not fit together.</exception>
    public Trainer(
        TrainingConfiguration configuration, PriorVocabulary vocabulary, IReadOnlyList<PreparedDataset> datasets, ulong seed, string run,
        TorchRuntimeState? runtime = null)
        : this(FirstNetwork.New(configuration, vocabulary, seed, runtime), configuration, datasets, seed, run)
    {
    }

    /// <summary>Begins a run that learns a network on from another, with more priors.</summary>
    /// <param name="parent">The network to begin as, which the caller keeps until this returns.</param>
    /// <param name="configuration">How to train: the parent's configuration, but for the number of steps.</param>
    /// <param name="vocabulary">Tasks and modalities in the order of their priors; those the parent does not know are drawn.</param>
    /// <param name="frozenEncoder">Whether the convolutions on the way down stay as they are.</param>
    /// <param name="datasets">What to learn from, in any order; the prepared cases stay open until the trainer is disposed.</param>
    /// <param name="seed">Seed of every generator.</param>
    /// <param name="run">The run's identity, noted in checkpoints.</param>
    /// <exception cref="ArgumentException">Parent, configuration, vocabulary and data do not fit together.</exception>
    public Trainer(
        ModelPackage parent, TrainingConfiguration configuration, PriorVocabulary vocabulary, bool frozenEncoder, IReadOnlyList<PreparedDataset> datasets, ulong seed,
        string run)
        : this(FirstNetwork.Child(parent, configuration, vocabulary, frozenEncoder, seed), configuration, datasets, seed, run) => _frozenEncoder = frozenEncoder;

    /// <summary>Begins a run that learns a branch of a trunk, which stays as it is (docs/method.md, Branches).</summary>
    /// <param name="trunk">The trunk, which the caller keeps until the trainer is disposed.</param>
    /// <param name="branch">What is to be learned, with its configuration.</param>
    /// <param name="datasets">What the branch's prompt group learns from, and what learns beside it; the prepared cases stay open until the trainer is disposed.</param>
    /// <param name="seed">Seed of every generator.</param>
    /// <param name="run">The run's identity, noted in checkpoints.</param>
    /// <param name="start">The branch as which it begins, if the description names one; it is not kept.</param>
    /// <exception cref="ArgumentException">Trunk, branch and data do not fit together.</exception>
    public Trainer(ModelPackage trunk, BranchDescription branch, IReadOnlyList<PreparedDataset> datasets, ulong seed, string run, BranchPackage? start = null)
        : this(FirstNetwork.Branch(trunk, branch, seed, start), trunk, branch, datasets, seed, run)
    {
    }

    private Trainer(PromptedNetwork network, ModelPackage trunk, BranchDescription branch, IReadOnlyList<PreparedDataset> datasets, ulong seed, string run)
        : this(network, branch.TrainingConfiguration(), datasets, seed, run)
    {
        _branch = branch;
        DatasetPrompt[] groups = branch.Beside is { } beside ? [branch.Group, beside] : [branch.Group];
        if (!groups.ToHashSet().SetEquals(datasets.Select(dataset => dataset.Group)) || trunk.Digest != branch.Trunk)
        {
            Dispose();
            throw new ArgumentException("The branch is of another prompt group or of another trunk.", nameof(branch));
        }
    }

    // Goes on with a network of which a part may be frozen; its weights come from the checkpoint.
    private Trainer(CheckpointState state, IReadOnlyList<PreparedDataset> datasets, TorchRuntimeState? runtime)
        : this(
            FirstNetwork.New(
                state.Model!.TrainingConfiguration(), new PriorVocabulary(state.Model.Tasks, state.Model.Modalities), state.Seed, runtime, state.FrozenEncoder == true),
            state.Model.TrainingConfiguration(), datasets, state.Seed, state.Run) => _frozenEncoder = state.FrozenEncoder == true;

    private Trainer(PromptedNetwork network, TrainingConfiguration configuration, IReadOnlyList<PreparedDataset> datasets, ulong seed, string run)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        datasets = InOrderOfName(datasets);
        (Network, Configuration, Datasets, Seed, Run) = (network, configuration, datasets, seed, run);
        _device = network.Trunk.Device;
        // Where its own maps are smaller, what is large is a validation's, and in the way of the next steps if it is kept.
        Allocator.KeepLargeBlocks(!configuration.Recompute && TrainingMemory.LargestMap(configuration) >= Allocator.LargeBlock);
        Plan = configuration.Plan();
        try
        {
            TrainingData.Check(datasets, network, Plan);
        }
        catch
        {
            network.Learner.Dispose();
            throw;
        }

        _schedule = new PolynomialSchedule(configuration.LearningRate, configuration.Epochs, configuration.WarmUpEpochs);
        _parameters = new FlatParameters(network.Learned);
        _optimiser = new Lamb(_parameters, new LambSettings(configuration.Beta1, configuration.Beta2, configuration.Epsilon, configuration.WeightDecay));
        _average = new WeightAverage(_parameters, configuration.AverageDecay);
        _learner = new BatchLearner(network, _parameters, configuration, datasets, seed, _device);
    }

    /// <summary>How this run trains.</summary>
    public TrainingConfiguration Configuration { get; }

    /// <summary>How its data were prepared.</summary>
    public PreprocessingPlan Plan { get; }

    /// <summary>What it learns from, in the order of the datasets' names.</summary>
    public IReadOnlyList<PreparedDataset> Datasets { get; }

    /// <summary>Seed of every generator.</summary>
    public ulong Seed { get; }

    /// <summary>The run's identity.</summary>
    public string Run { get; }

    /// <summary>The network being trained (not the averaged weights).</summary>
    public PromptedNetwork Network { get; }

    /// <summary>Number of learned parameters.</summary>
    public long Parameters => _parameters.Length;

    /// <summary>Devices of the run: a batch is learned in as many shares, here or by <see cref="Helpers"/>. At most as many as a batch has samples.</summary>
    public int Devices
    {
        get => _learner.Devices;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Configuration.BatchSize);
            _learner.Devices = value;
        }
    }

    /// <summary>Those who learn the shares of the other devices; null, or while they are not in, this one learns them all.</summary>
    public ITrainingHelpers? Helpers
    {
        get => _learner.Helpers;
        set => _learner.Helpers = value;
    }

    /// <summary>How large the memory is that the devices have in common.</summary>
    public SharedSizes SharedSizes
    {
        get
        {
            var state = State();
            return new SharedSizes(Devices, checked((int)_parameters.Length), _parameters.Pieces.Count, Configuration.BatchSize, state.Data, state.Numerics);
        }
    }

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>Best score of a validation so far, see <see cref="ValidationResult.Score"/>; null before the first that has one.</summary>
    public double? BestScore { get; private set; }

    /// <summary>The step of <see cref="BestScore"/>.</summary>
    public int? BestStep { get; private set; }

    /// <summary>Whether all steps are done.</summary>
    public bool IsDone => Steps >= Configuration.Steps;

    /// <summary>Goes on from a checkpoint as if nothing had happened.</summary>
    /// <param name="checkpoint">The checkpoint file.</param>
    /// <param name="datasets">The same data, the datasets in any order.</param>
    /// <param name="runtime">Device and number format; the CPU and what the configuration asks for if null.</param>
    /// <param name="trunk">The trunk of a branch, which the caller keeps until the trainer is disposed.</param>
    /// <param name="devices">Devices of the run.</param>
    /// <param name="log">Told when the bits will not be those of an undisturbed run: other threads, number format or libraries.</param>
    /// <exception cref="InvalidDataException">The file is no complete checkpoint, or belongs to other data or to another trunk.</exception>
    public static Trainer Resume(
        string checkpoint, IReadOnlyList<PreparedDataset> datasets, TorchRuntimeState? runtime = null, ModelPackage? trunk = null, int devices = 1,
        Action<string>? log = null)
    {
        using var file = SafetensorsFile.Open(checkpoint);
        var state = CheckpointState.Read(file);
        var data = TrainingData.Digest(InOrderOfName(datasets));
        if (data != state.Data)
        {
            throw new InvalidDataException($"'{checkpoint}' belongs to a run on other data: its cases have the digest {state.Data}, the given ones {data}.");
        }

        if (state.Branch?.Trunk != trunk?.Digest)
        {
            throw new InvalidDataException($"'{checkpoint}' belongs to a run on the trunk {state.Branch?.Trunk ?? "none"}, the given one is {trunk?.Digest ?? "none"}.");
        }

        var trainer = state.Branch is { } branch
            ? new Trainer(FirstNetwork.Branch(trunk!, branch, state.Seed), trunk!, branch, datasets, state.Seed, state.Run) { Devices = devices }
            : new Trainer(state, datasets, runtime) { Devices = devices };
        try
        {
            trainer.Network.Learned.Fill(file, CheckpointState.Weights);
            trainer._parameters.Read(file, CheckpointState.Average, trainer._average.Values);
            trainer._parameters.Read(file, CheckpointState.Momentum, trainer._optimiser.Momentum);
            trainer._parameters.Read(file, CheckpointState.Variance, trainer._optimiser.Variance);
            trainer._optimiser.Steps = state.OptimiserSteps;
            (trainer.Steps, trainer.BestScore, trainer.BestStep, trainer._score) = (state.Step, state.BestScore, state.BestStep, state.Score);
            var now = trainer.State();
            now = now with { Processor = state.Processor is null ? null : now.Processor };
            if (now.Numerics != state.Numerics)
            {
                log?.Invoke($"The checkpoint at step {state.Step} was computed with {state.Numerics}, now with {now.Numerics}: the bits may differ from those of an undisturbed run.");
            }

            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Treats the processor as an accelerator, for tests: another device is given steps and waited for only where their numbers are read.</summary>
    internal bool AsAccelerator { init => _parameters.OnCpu = !value; }

    /// <summary>One optimiser step.</summary>
    /// <exception cref="TrainingDivergedException">The loss or its gradient is not finite; weights are unchanged.</exception>
    public StepMetrics Step() => Step(1).Single();

    /// <summary>Steps up to the next validation or the end, of which an accelerator is waited for only after the last.</summary>
    /// <param name="most">At most so many.</param>
    /// <exception cref="TrainingDivergedException">The loss or its gradient of a step is not finite; weights are those before it.</exception>
    internal IReadOnlyList<StepMetrics> Step(int most)
    {
        using var scope = NewDisposeScope();
        var started = Stopwatch.GetTimestamp();
        var begun = new List<BegunStep>();
        do
        {
            begun.Add(Begin(_learner.Take(Steps), begun.Count == 0 ? started : Stopwatch.GetTimestamp()));
        }
        while (begun.Count < most && !IsDone && !Configuration.IsValidatedAfter(Steps));

        StepMetrics[] metrics = [.. begun.Select(Read)];
        return _parameters.OnCpu ? metrics : Shared(metrics, Seconds(started, Stopwatch.GetTimestamp()));
    }

    /// <summary>Trains until all steps are done, the hook says stop, or a cancel is asked for.</summary>
    /// <param name="hooks">What happens in between.</param>
    /// <param name="cancellationToken">Takes effect at the next step, or validation window.</param>
    /// <returns>Whether all steps are done.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool Train(TrainingHooks hooks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        while (true)
        {
            // Before the hook, so that a checkpoint of this step has its score; and asked again after a resume, so that a validation
            // that was cut off is made up for.
            if (Configuration.IsValidatedAfter(Steps) && _score is null && Validate(hooks.Validating, hooks.BetweenWindows, cancellationToken) is { } result)
            {
                hooks.Validated?.Invoke(result);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (hooks.BetweenSteps?.Invoke(this) == false)
            {
                return IsDone;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (IsDone)
            {
                return true;
            }

            foreach (var metrics in Step(_parameters.OnCpu ? 1 : _ahead))
            {
                hooks.Stepped?.Invoke(metrics);
                // Whoever waits between steps is kept waiting for a second at most; steps that take longer gain nothing from being given together.
                _ahead = Math.Clamp((int)(1 / metrics.Seconds), 1, MostAhead);
            }
        }
    }

    /// <summary>Learns the share of another device's batch, with the weights it gives; this trainer takes no steps of its own.</summary>
    /// <param name="batch">Which batch.</param>
    /// <param name="place">Which of the devices this one is, from 1.</param>
    /// <param name="shared">Where the weights are, and where the gradients go.</param>
    public void Help(int batch, int place, SharedStep shared) => _learner.Help(batch, place, shared);

    /// <summary>Measures the averaged weights on the validation cases.</summary>
    /// <returns>Null when no dataset has any.</returns>
    public ValidationResult? Validate(Action<int, int>? progress = null, Action? betweenWindows = null, CancellationToken cancellationToken = default)
    {
        if (Datasets.All(dataset => dataset.Validation.Count == 0))
        {
            return null;
        }

        _average.Swap();
        try
        {
            var posterior = new PosteriorMeans();
            var cases = Validation.Run(Network, Configuration, Datasets, _device, posterior, progress, betweenWindows, cancellationToken);
            _score = ValidationScore.Of(cases, Configuration.PaperFaithful);
            var best = _score is { } score && !(score <= BestScore);
            if (best)
            {
                (BestScore, BestStep) = (_score, Steps);
            }

            return new ValidationResult(Steps, DiceSummary.Of(cases.SelectMany(validated => validated.Scores)), _score, best, cases) { Posterior = posterior.Tokens() };
        }
        finally
        {
            _average.Swap();
        }
    }

    /// <summary>Writes a checkpoint: everything needed to go on as if nothing had happened.</summary>
    /// <exception cref="IOException">There is no room on the disk; nothing was changed.</exception>
    public WrittenFile Save(string path)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var weights = cat([.. _parameters.Pieces.Select(piece => piece.Parameter.flatten())], 0);
        return SafetensorsWriter.Write(path, State().Metadata(),
        [
            .. _parameters.Named(CheckpointState.Weights, weights),
            .. _parameters.Named(CheckpointState.Average, _average.Values),
            .. _parameters.Named(CheckpointState.Momentum, _optimiser.Momentum),
            .. _parameters.Named(CheckpointState.Variance, _optimiser.Variance),
        ]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _learner.Dispose();
        _optimiser.Dispose();
        _average.Dispose();
        Network.Learner.Dispose();
    }

    internal PatchBatch MakeBatch(int number) => _learner.Make(number);

    internal StepMetrics Step(PatchBatch batch, long started)
    {
        using var scope = NewDisposeScope();
        return Read(Begin(batch, started));
    }

    // On the CPU all is done when this returns; an accelerator has it to do yet.
    private BegunStep Begin(PatchBatch batch, long started)
    {
        using var scope = NewDisposeScope();
        var taken = Stopwatch.GetTimestamp();
        var rate = _schedule.At(Steps / Configuration.StepsPerEpoch);
        var learned = _learner.Learn(batch);
        var returned = Stopwatch.GetTimestamp();
        Tensor norm;
        if (_parameters.OnCpu)
        {
            RequireFinite(Steps + 1, "the loss", learned.Read().Total, batch);
            var length = _optimiser.Step(rate);
            RequireFinite(Steps + 1, "the gradient", length, batch);
            norm = tensor(length);
        }
        else
        {
            norm = _optimiser.StepAhead(rate, learned.Losses);
        }

        _average.Update(Steps);
        Steps++;
        _score = null;
        var ended = Stopwatch.GetTimestamp();
        var learning = Stopwatch.GetElapsedTime(taken, returned).TotalSeconds;
        var forward = learned.Forward / (learned.Forward + learned.Backward);
        learned.Losses.MoveToOuterDisposeScope();
        return new BegunStep(
            Steps, batch, rate, learned, norm.MoveToOuterDisposeScope(), Seconds(started, ended),
            new StepTimes(Seconds(started, taken), learning * forward, learning * (1 - forward), Seconds(returned, ended)));
    }

    private StepMetrics Read(BegunStep step)
    {
        var learned = step.Learned.Read();
        var norm = step.Norm.cpu().item<double>();
        if (!double.IsFinite(learned.Total) || !double.IsFinite(norm))
        {
            // Steps that were given after it left the weights as they are, and so did it.
            _optimiser.Steps -= Steps - (step.Number - 1);
            Steps = step.Number - 1;
        }

        RequireFinite(step.Number, "the loss", learned.Total, step.Batch);
        RequireFinite(step.Number, "the gradient", norm, step.Batch);
        return new StepMetrics(step.Number, learned.Total, learned.Segmentation, learned.Modality, step.Rate, norm, step.Seconds)
        {
            ModalityAccuracy = _branch is null && step.Batch.KnownModalities > 0 ? (double)learned.Recognised / step.Batch.KnownModalities : null,
            Times = step.Times,
        };
    }

    private static void RequireFinite(int step, string what, double number, PatchBatch batch)
    {
        if (!double.IsFinite(number))
        {
            throw new TrainingDivergedException(step, what, batch.Cases);
        }
    }

    // What the host did meanwhile says in which proportions; how long the device took, only all of them together.
    private static StepMetrics[] Shared(StepMetrics[] steps, double seconds)
    {
        var stretch = seconds / steps.Sum(step => step.Seconds);
        return
        [
            .. steps.Select(step => step with
            {
                Seconds = step.Seconds * stretch,
                Times = new StepTimes(step.Times.Data * stretch, step.Times.Forward * stretch, step.Times.Backward * stretch, step.Times.Optimiser * stretch),
            }),
        ];
    }

    private static double Seconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds;

    // Which dataset a drawn number means must not depend on who was listed first.
    private static IReadOnlyList<PreparedDataset> InOrderOfName(IReadOnlyList<PreparedDataset> datasets) =>
        [.. datasets.OrderBy(dataset => dataset.Group.Name, StringComparer.Ordinal)];

    private CheckpointState State() => new()
    {
        Run = Run,
        Step = Steps,
        OptimiserSteps = _optimiser.Steps,
        Seed = Seed,
        BestScore = BestScore,
        BestStep = BestStep,
        Threads = get_num_threads(),
        Devices = Devices == 1 ? null : Devices,
        Precision = Network.Trunk.Precision.ToString(),
        Libraries = $"TorchSharp {typeof(torch).Assembly.GetName().Version}, libtorch {TorchLibrary.Load().Version}",
        Processor = _device.type == DeviceType.CPU ? ProcessorKind.Name : $"{_device.type}",
        Data = TrainingData.Digest(Datasets),
        FrozenEncoder = _frozenEncoder ? true : null,
        Branch = _branch is null ? null : _branch with { Steps = Steps, Score = _score },
        Model = _branch is not null ? null : new ModelDescription
        {
            Tasks = Network.Trunk.Priors.Vocabulary.Tasks,
            Modalities = Network.Trunk.Priors.Vocabulary.Modalities,
            PromptGroups = [.. Datasets.Select(dataset => dataset.Group)],
            Configuration = Configuration.ToJson(),
            Plan = Plan.ToJson(),
            Steps = Steps,
            Score = _score,
        },
    };

    /// <summary>A step that was begun.</summary>
    private sealed record BegunStep(int Number, PatchBatch Batch, double Rate, LearnedBatch Learned, Tensor Norm, double Seconds, StepTimes Times);
}
