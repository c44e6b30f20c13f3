using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Platform;

/// <summary>What is under way that is neither a dataset nor a run.</summary>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Key">Which one.</param>
/// <param name="About">What it is about, in words.</param>
/// <param name="State">Where it stands, in capitals.</param>
/// <param name="Done">How much is done.</param>
/// <param name="Total">Of how much; 0 where that is not known.</param>
public sealed record WorkRow(WorkKind Kind, string Key, string About, string State, int Done, int Total)
{
    /// <summary>Seconds until its last step at the present pace; null where nobody knows.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>The device that works on it, where one does.</summary>
    public string? Device { get; init; }

    /// <summary>An update, whose runs count its steps; one that was begun and is not under way any more has done them.</summary>
    public static WorkRow Of(UpdateStatus update, IEnumerable<RunStatus> underWay)
    {
        var runs = underWay.DistinctBy(r => r.Name).ToDictionary(r => r.Name, StringComparer.Ordinal);
        var learning = update.Trunks.Select(t => (t.Run, t.Steps, t.IsBegun, IsLearned: t.Learned is not null))
            .Concat(update.Branches.Select(b => (b.Run, b.Steps, b.IsBegun, IsLearned: b.Learned is not null))).DistinctBy(l => l.Run).ToList();
        var total = learning.Sum(l => l.Steps);
        var done = learning.Sum(l => runs.TryGetValue(l.Run, out var run) ? Math.Min(run.Step, l.Steps) : l.IsLearned || l.IsBegun ? l.Steps : 0);
        var paces = learning.Select(l => runs.TryGetValue(l.Run, out var run) ? RunRow.PaceOf(run) : null).OfType<double>().ToList();
        return new WorkRow(WorkKind.Update, update.Name, string.Join(", ", update.Request?.Datasets ?? []), update.State.Word(), done, total)
        {
            // As many go on side by side as do now.
            SecondsLeft = paces.Count > 0 ? (total - done) * paces.Average() / paces.Count : null,
        };
    }

    /// <summary>A study, of which trainings are counted.</summary>
    public static WorkRow Of(RelationStudyStatus study) => new(WorkKind.Study, study.Version, "what tasks gain from each other", study.State.Word(), study.Done, study.Trainings);

    /// <summary>Questions, of which windows are counted.</summary>
    public static IEnumerable<WorkRow> Of(IEnumerable<SegmentationStatus> questions) =>
        from question in questions
        let request = question.Request
        where request is not null
        let counted = question.Phase == Phases.Window ? (question.Done, question.Total) : (Done: 0, Total: 0)
        select new WorkRow(WorkKind.Segmentation, request.Key(), $"{request.ImageFile ?? "an image"} by {request.Model}", question.State.Word(), counted.Done, counted.Total)
        {
            Device = question.State == SegmentationState.Running ? question.Device : null,
        };
}

/// <summary>What else is under way.</summary>
public enum WorkKind
{
    /// <summary>A model grows.</summary>
    Update,

    /// <summary>Tasks of a model are trained together and after each other.</summary>
    Study,

    /// <summary>A model is asked.</summary>
    Segmentation,
}
