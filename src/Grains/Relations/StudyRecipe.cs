using Hermes.Grains.Interfaces;
using Hermes.Grains.Updates;

namespace Hermes.Grains.Relations;

/// <summary>What a training of a study is made of, as <see cref="BranchRecipe"/> says it of a branch: who asks for the same again finds it done.</summary>
/// <param name="Trunk">The trunk.</param>
/// <param name="Task">The task that learns.</param>
/// <param name="Steps">Optimiser steps for a task alone.</param>
/// <param name="Seed">The user's seed.</param>
/// <param name="Number">Which of the seeds it is.</param>
internal sealed record StudyRecipe(string Trunk, Candidate Task, int Steps, long Seed, int Number)
{
    /// <summary>The other task.</summary>
    public Candidate? Other { get; init; }

    /// <summary>Whether the other is learned together with it.</summary>
    public bool IsJoint { get; init; }

    /// <summary>Two tasks are seen as often as one alone.</summary>
    public int AllSteps => IsJoint ? Steps * 2 : Steps;

    /// <summary>The training.</summary>
    public PlannedTraining Training() => new()
    {
        Run = $"study-{Digest()[..24]}",
        Task = Task.Task,
        Other = Other?.Task,
        IsJoint = IsJoint,
        Steps = AllSteps,
        Seed = BranchRecipe.SeedOf(Identity.Of("study seed/1", Trunk, Task.Task.Task, Identity.Number(Seed), Identity.Number(Number))),
    };

    private string Digest() => Identity.Of(
    [
        "study/1", Content(Task), Identity.Number(Steps), Identity.Number(Seed), Identity.Number(Number),
        .. Other is null ? ["alone"] : new[] { IsJoint ? "together" : "begun", IsJoint ? Content(Other) : Start(Other) },
    ]);

    private string Content(Candidate task) => new BranchRecipe(Trunk, task.Dataset.Declaration with { Labels = [task.Label] }, task.Dataset.Cases).Digest();

    private static string Start(Candidate other) => Identity.Of(other.Task.Task, other.Branch?.Package.Sha256);
}
