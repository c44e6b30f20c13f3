using System.Text.Json;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Checkpoints;
using Hermes.Model.Training;
using Hermes.Worker.Pictures;

namespace Hermes.Worker.Orders;

/// <summary>
/// What a training order has to say while it runs: progress, metrics and checkpoints. A checkpoint and the metrics up to it
/// are reported together, so that after a crash both go on from the same step.
/// </summary>
internal sealed class RunJournal(
    CheckpointHead? resumed, CheckpointHead? best, Trainer trainer, WorkerBlobs blobs, TimeSpan checkpointEvery, CardMemory card, Action<TrainReport> report, TimeProvider time)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(0.5);

    // Stored anew with every checkpoint until it is this long: a few hundred kilobytes each time, and a record of a run of weeks names a few hundred stretches.
    private const int LongestStretch = 5_000;

    private readonly List<object> _lines = [];
    private long _lastReport;
    private long _lastSave = time.GetTimestamp();
    private int _savedStep = resumed?.Step ?? -1;
    private int _firstStep = (resumed?.Step ?? 0) + 1;
    private double? _score;
    private IReadOnlyList<ValidatedTask>? _tasks;
    private (int Step, IReadOnlyList<ScoredCase> Cases)? _samples;
    private PosteriorTokens? _posterior;

    /// <summary>The newest checkpoint; null before the first.</summary>
    public CheckpointHead? Last { get; private set; } = resumed;

    /// <summary>The checkpoint with the best score, if any was scored.</summary>
    public CheckpointHead? Best { get; private set; } = best;

    public void Stepped(StepMetrics metrics)
    {
        var numbers = Numbers(metrics);
        if (card.UsedMb() is { } used)
        {
            numbers[MetricKeys.CardMemoryMb] = Math.Round(used);
        }

        _lines.Add(new Dictionary<string, double>(numbers) { ["step"] = metrics.Step });
        (_score, _tasks, _posterior) = (null, null, null);
        if (_lastReport == 0 || time.GetElapsedTime(_lastReport) >= ReportEvery || trainer.IsDone)
        {
            _lastReport = time.GetTimestamp();
            report(new TrainReport
            {
                Phase = Phases.Train,
                Done = metrics.Step,
                Total = trainer.Configuration.Steps,
                Metrics = numbers,
            });
        }
    }

    public void Validating(int done, int total) => report(new TrainReport { Phase = Phases.Validate, Done = done, Total = total });

    public void Validated(ValidationResult result)
    {
        _score = result.Score;
        ValidatedTask[] tasks = [.. result.Dice.Tasks.Select(t => new ValidatedTask(t.Task, t.Dice, t.Cases))];
        (_tasks, _posterior) = (tasks, result.Posterior);
        _samples = result.Cases.Any(c => c.Sample is not null) ? (result.Step, result.Cases) : null;
        _lines.Add(new { result.Step, Validation = new ValidationLine(_score, tasks, [.. result.Cases.Select(Line)]) });
        report(new TrainReport
        {
            Phase = Phases.Train,
            Done = result.Step,
            Total = trainer.Configuration.Steps,
            Metrics = result.Score is { } score ? new Dictionary<string, double> { [MetricKeys.ValidationDice] = score } : null,
        });
    }

    /// <summary>Whether to save between two steps: it is time to, the step was scored best, or all is done.</summary>
    public bool IsToSave => IsBest || trainer.IsDone || time.GetElapsedTime(_lastSave) >= checkpointEvery;

    private bool IsBest => _score is not null && trainer.BestStep == trainer.Steps;

    /// <summary>Saves, unless this step was saved already with its score, or has none.</summary>
    public void Save()
    {
        // The score is missing where a validation was cut off; it is made up for after the resume.
        if (trainer.Steps == _savedStep && (_score is null || _score == Last?.Score))
        {
            return;
        }

        var checkpoint = blobs.Store(MediaTypes.Safetensors, ".safetensors", path => trainer.Save(path));
        var metrics = _lines.Count == 0 ? null : blobs.Store(MediaTypes.JsonLines, ".jsonl", WriteLines);
        var samples = _samples is var (step, cases) ? SampleSheet.Store(blobs.Store, step, cases) : null;
        var posterior = IsBest && _posterior is { } tokens ? blobs.Store(MediaTypes.Safetensors, ".safetensors", path => tokens.Write(path)) : null;
        Last = new CheckpointHead(trainer.Steps, checkpoint, _score) { Tasks = _tasks, Posterior = posterior };
        Best = IsBest ? Last : Best;
        report(new TrainReport
        {
            Phase = Phases.Train,
            Done = trainer.Steps,
            Total = trainer.Configuration.Steps,
            Checkpoint = Last,
            Chunk = metrics is null ? null : new MetricsChunk(_firstStep, trainer.Steps, metrics),
            Samples = samples,
        });
        if (_lines.Count >= LongestStretch)
        {
            _lines.Clear();
            _firstStep = trainer.Steps + 1;
        }

        _samples = null;
        _savedStep = trainer.Steps;
        _lastSave = time.GetTimestamp();
    }

    // As many digits as a curve needs.
    private static Dictionary<string, double> Numbers(StepMetrics metrics)
    {
        var numbers = new Dictionary<string, double>
        {
            [MetricKeys.Loss] = metrics.Loss,
            [MetricKeys.SegmentationLoss] = metrics.SegmentationLoss,
            [MetricKeys.ModalityLoss] = metrics.ModalityLoss,
            [MetricKeys.LearningRate] = metrics.LearningRate,
            [MetricKeys.GradientNorm] = metrics.GradientNorm,
            [MetricKeys.SecondsPerStep] = metrics.Seconds,
            [MetricKeys.DataSeconds] = Math.Round(metrics.Times.Data, 6),
            [MetricKeys.ForwardSeconds] = Math.Round(metrics.Times.Forward, 6),
            [MetricKeys.BackwardSeconds] = Math.Round(metrics.Times.Backward, 6),
            [MetricKeys.OptimiserSeconds] = Math.Round(metrics.Times.Optimiser, 6),
            [MetricKeys.MemoryMb] = Environment.WorkingSet / 1_000_000,
        };
        if (metrics.ModalityAccuracy is { } accuracy)
        {
            numbers[MetricKeys.ModalityAccuracy] = accuracy;
        }

        return numbers;
    }

    private static ValidatedCase Line(ScoredCase found) => new(
        found.Dataset, found.CaseId, found.Scores.Where(s => s.Dice is not null).ToDictionary(s => s.Task, s => Math.Round(s.Dice!.Value, 4)));

    private void WriteLines(string path) => File.WriteAllLines(path, _lines.Select(line => JsonSerializer.Serialize(line, line.GetType(), WorkOrderJson.Options)));
}
