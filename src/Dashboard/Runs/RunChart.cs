using Hermes.Client.Figures;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <summary>One chart of a page of runs, with what it draws.</summary>
/// <param name="Title">What it shows, with its unit; no two charts of a page have the same.</param>
/// <param name="Lines">Its curves.</param>
/// <param name="IsSparse">Whether it has so few points that each is marked.</param>
public sealed record RunChart(string Title, IReadOnlyList<RunLine> Lines, bool IsSparse = false)
{
    private static readonly (string Title, (string Series, string Label)[] Lines, bool IsSparse)[] Usual =
    [
        ("Loss", [(MetricKeys.Loss, "all"), (MetricKeys.SegmentationLoss, "segmentation"), (MetricKeys.ModalityLoss, "modality, unweighted")], false),
        ("Mean validation Dice", [(MetricKeys.ValidationDice, "mean")], true),
        ("Learning rate", [(MetricKeys.LearningRate, "rate")], false),
        ("Modality accuracy", [(MetricKeys.ModalityAccuracy, "of the step's samples")], false),
        ("Time of a step (s)",
        [
            (MetricKeys.SecondsPerStep, "all"), (MetricKeys.DataSeconds, "data"), (MetricKeys.ForwardSeconds, "forward"), (MetricKeys.BackwardSeconds, "backward"),
            (MetricKeys.OptimiserSeconds, "optimiser"),
        ], false),
        ("Gradient norm", [(MetricKeys.GradientNorm, "before clipping")], false),
        ("Main memory of the worker (MB)", [(MetricKeys.MemoryMb, "memory")], false),
        ("Memory of the card (MB)", [(MetricKeys.CardMemoryMb, "used")], false),
    ];

    /// <summary>The charts of one run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="chosen">What is to be drawn besides what every run reports.</param>
    internal static IReadOnlyList<RunChart> OfOne(RunFeed run, IEnumerable<string> chosen)
    {
        var usual = Usual
            .Select(chart => new RunChart(
                chart.Title,
                [
                    .. chart.Lines.Where(line => run.Curves.Has(line.Series))
                        .Select((line, i) => new RunLine(run.Name, line.Series, line.Label, ColourScale.OfGroup(i), line.Series)),
                ],
                chart.IsSparse))
            .Where(chart => chart.Lines.Count > 0);
        return [.. usual, .. chosen.Where(run.Curves.Has).Select(name => new RunChart(name, [new RunLine(run.Name, name, name, ColourScale.OfGroup(0), name)], IsDice(name)))];
    }

    /// <summary>The charts of several runs on common axes, each of one number.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="chosen">What is to be drawn besides what every run reports.</param>
    internal static IReadOnlyList<RunChart> OfMany(IReadOnlyList<RunFeed> runs, IEnumerable<string> chosen)
    {
        return
        [
            .. Usual.Select(chart => (chart.Title, chart.Lines[0].Series, chart.IsSparse))
                .Concat(chosen.Select(name => (Title: name, Series: name, IsSparse: IsDice(name))))
                .Select(chart => new RunChart(chart.Title, Lines(chart.Series), chart.IsSparse))
                .Where(chart => chart.Lines.Count > 0),
        ];

        IReadOnlyList<RunLine> Lines(string series) =>
            [.. runs.Index().Where(r => r.Item.Curves.Has(series)).Select(r => new RunLine(r.Item.Name, series, r.Item.Name, ColourScale.OfGroup(r.Index), r.Item.Name))];
    }

    private static bool IsDice(string name) => name.StartsWith(MetricKeys.DiceOf(""), StringComparison.Ordinal);
}

/// <summary>A curve of a chart.</summary>
/// <param name="Run">The run it is of.</param>
/// <param name="Series">Its name among the run's numbers.</param>
/// <param name="Label">What the chart calls it.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Id">What it is called when it is hidden; those of the same name are hidden together.</param>
public sealed record RunLine(string Run, string Series, string Label, string Colour, string Id)
{
    /// <summary>Where its points are.</summary>
    public string Address => RunCurveEndpoints.Address(Run);
}
