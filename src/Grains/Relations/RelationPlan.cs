using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Updates;

namespace Hermes.Grains.Relations;

/// <summary>What a study measures: written down, with its predictions, before anything is trained.</summary>
/// <param name="Steps">Optimiser steps for a task alone.</param>
/// <param name="Pace">How long a step takes.</param>
/// <param name="Pairs">The pairs.</param>
/// <param name="Trainings">The trainings that they need, each once.</param>
/// <param name="LeftOut">What cannot be measured, and why.</param>
internal sealed record RelationPlan(
    int Steps, StepTime Pace, IReadOnlyList<PlannedPair> Pairs, IReadOnlyList<PlannedTraining> Trainings, IReadOnlyList<LeftOut> LeftOut)
{
    /// <summary>Explains what a request looks like, unless it is one.</summary>
    /// <exception cref="HermesException">It is none.</exception>
    public static void Require(RelationStudyRequest request)
    {
        if (request.Pairs is < RelationStudy.FewestPairs or > RelationStudyRequest.MostPairs)
        {
            throw new HermesException($"{request.Pairs} pairs cannot be studied.", hint: $"Choose {RelationStudy.FewestPairs} to {RelationStudyRequest.MostPairs}.");
        }

        if (request.Seeds is < 1 or > RelationStudyRequest.MostSeeds)
        {
            throw new HermesException($"Trainings cannot be done with {request.Seeds} seeds.", hint: $"Choose 1 to {RelationStudyRequest.MostSeeds}.");
        }

        UpdateBudget.Require(request.Steps, request.Minutes);
    }

    /// <summary>Makes the plan of a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="map">Its prior map.</param>
    /// <param name="request">What is to be measured.</param>
    /// <param name="grains">Datasets and runs.</param>
    /// <param name="blobs">The map's numbers.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="HermesException">Too few pairs can be studied, or it is not known how many steps there are in a time.</exception>
    public static async Task<RelationPlan> OfAsync(
        ModelVersion version, PriorMap map, RelationStudyRequest request, IGrainFactory grains, IBlobStore blobs, CancellationToken cancellationToken)
    {
        Require(request);
        var pace = await StepTime.OfAsync(version, makesTrunk: false, grains, cancellationToken);
        var steps = request.Steps ?? pace.StepsIn(request.Minutes ?? RelationStudyRequest.DefaultMinutes);
        var cosines = await PriorCosines.ReadAsync(blobs, map, cancellationToken);
        var (tasks, leftOut) = await CandidatesAsync(version, cosines, grains, cancellationToken);
        var chosen = PairChoice.Of(
            [.. tasks.Select(t => t.Task.Task)], (one, other) => cosines.Priors.Of(tasks[one].Task.Task, tasks[other].Task.Task)!.Value, request.Pairs, request.Seed);
        if (chosen.Count < RelationStudy.FewestPairs)
        {
            throw new HermesException(
                $"Of {version.Model}@{version.Version} {chosen.Count} pairs of tasks can be studied, and fewer than {RelationStudy.FewestPairs} say nothing."
                + string.Concat(leftOut.Select(l => $" {l.What}: {l.Reason}")));
        }

        var (pairs, trainings) = (new List<PlannedPair>(), new Dictionary<string, PlannedTraining>(StringComparer.Ordinal));
        foreach (var (task, other) in chosen.Select(c => (tasks[c.Task], tasks[c.Other])))
        {
            pairs.Add(new PlannedPair(
                task.Task.Task,
                other.Task.Task,
                Predictor.Of(cosines, task, other),
                task.Cases(Split.Validation),
                Runs(recipe => recipe),
                Runs(recipe => recipe with { Other = other }),
                Runs(recipe => recipe with { Other = other, IsJoint = true })));

            string[] Runs(Func<StudyRecipe, StudyRecipe> of) =>
                [.. Enumerable.Range(0, request.Seeds).Select(number => Noted(of(new StudyRecipe(version.Content.Package.Sha256, task, steps, request.Seed, number)).Training()))];
        }

        return new RelationPlan(steps, pace, pairs, [.. trainings.Values], leftOut);

        string Noted(PlannedTraining training)
        {
            trainings.TryAdd(training.Run, training);
            return training.Run;
        }
    }

    private static async Task<(List<Candidate> Tasks, List<LeftOut> LeftOut)> CandidatesAsync(
        ModelVersion version, PriorCosines cosines, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var (tasks, leftOut, seen) = (new List<Candidate>(), new List<LeftOut>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (group, pin, branch) in new CertificateQuestions(grains, version.Model, version.Content).OldGroups(version.Datasets))
        {
            // A task that several groups ask for belongs to the first, as in the map.
            List<PromptLabel> labels = [.. group.Labels.Where(l => seen.Add(l.Task))];
            var (dataset, why) = labels.Count == 0 ? (null, null) : await TryReadAsync(pin, grains, cancellationToken);
            foreach (var label in labels)
            {
                var entry = dataset?.Declaration.Labels.FirstOrDefault(l => l.Task == label.Task);
                var candidate = entry is null ? null : new Candidate(new StudiedTask(label.Task, pin!), dataset!, entry, branch);
                var reason = candidate switch
                {
                    null => why ?? "its dataset does not list it.",
                    _ when cosines.Priors.Of(label.Task, label.Task) is null => "the prior map does not have it.",
                    _ when candidate.Cases(Split.Train) == 0 => "no training case has it.",
                    _ when candidate.Cases(Split.Validation) == 0 => "no validation case has it.",
                    _ => null,
                };
                if (reason is null)
                {
                    tasks.Add(candidate!);
                }
                else
                {
                    leftOut.Add(new LeftOut(label.Task, reason));
                }
            }
        }

        return (tasks, leftOut);
    }

    private static async Task<(LearnedDataset? Dataset, string? Why)> TryReadAsync(PinnedDataset? pin, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (pin is null)
        {
            return (null, "its dataset is not known.");
        }

        try
        {
            return (await grains.GetGrain<IDatasetGrain>(pin.Dataset).GetAsync(cancellationToken)).State.HasVersion()
                ? (await LearnedDataset.ReadAsync(grains, pin, cancellationToken), null)
                : (null, $"the dataset {pin.Dataset} is not to be used any more.");
        }
        catch (HermesException gone) when (!gone.IsPassing)
        {
            return (null, gone.Message);
        }
    }
}
