using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Runs;

/// <summary>What runs of a study learn, see <see cref="BranchStudy"/>.</summary>
internal static class StudyRuns
{
    /// <summary>The dataset versions that a branch comes of: what it learns, and of a study what it begins as.</summary>
    public static IReadOnlyList<PinnedDataset> Datasets(this BranchRequest branch) => branch.Study?.Other is { } other && other.Dataset != branch.Dataset
        ? [.. new[] { branch.Dataset, other.Dataset }.OrderBy(d => d.Dataset, StringComparer.Ordinal)]
        : [branch.Dataset];

    /// <summary>The tasks that a run of a study learns, each with its dataset version.</summary>
    public static IEnumerable<(PinnedDataset Dataset, string? Task)> Learned(this BranchRequest branch, BranchStudy study) =>
        study is { IsJoint: true, Other: { } other } ? [(branch.Dataset, study.Task), (other.Dataset, other.Task)] : [(branch.Dataset, study.Task)];

    /// <summary>The request without what a withdrawn dataset may have to let go of.</summary>
    public static BranchRequest Released(this BranchRequest branch) => branch.Study is { } study ? branch with { Study = study with { Start = null } } : branch;

    /// <summary>A dataset with the labels of one task, as a task and a prompt group of its own.</summary>
    /// <exception cref="HermesException">The dataset has no such task.</exception>
    public static TrainingDataset Only(this TrainingDataset dataset, string task) => dataset with
    {
        Name = BranchStudy.Own(task),
        Labels = [(dataset.Labels.FirstOrDefault(l => l.Task == task) ?? throw new HermesException($"The dataset '{dataset.Name}' has no task '{task}'.")) with
        {
            Task = BranchStudy.Own(task),
        }],
    };
}
