using Hermes.Client.Models;
using Hermes.Dashboard.Priors;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Dashboard.Tests;

/// <summary>Prior maps that a test has, or fails to have.</summary>
internal sealed class TestPriorReader : IPriorReader
{
    public IReadOnlyList<ModelChoice> Models { get; set; } = [new ModelChoice("universal", [2, 1], 2)];

    public List<ModelReference> Asked { get; } = [];

    public Func<Task<PriorMap>> Map { get; set; } = () => Task.FromResult(Of("a/liver", "a/spleen", "b/liver"));

    public Task<IReadOnlyList<ModelChoice>> GetModelsAsync(CancellationToken cancellationToken) => Task.FromResult(Models);

    public Task<PriorMap> GetAsync(ModelReference model, CancellationToken cancellationToken)
    {
        Asked.Add(model);
        return Map();
    }

    /// <summary>What was measured; nobody asked for that at first.</summary>
    public Func<Task<StudyReading>> Study { get; set; } =
        () => Task.FromResult(new StudyReading(new RelationStudyStatus { Version = "universal@2", State = RelationStudyState.Absent }, null));

    public Task<StudyReading> GetStudyAsync(ModelReference model, CancellationToken cancellationToken) => Study();

    public Task<float[]> GetSimilarityAsync(PriorView view, CancellationToken cancellationToken)
    {
        var count = view.Order.Count;
        return Task.FromResult(Enumerable.Range(0, count * count).Select(i => 1 - (Math.Abs((i / count) - (i % count)) * 0.1f)).ToArray());
    }

    /// <summary>A map in which tasks are the more alike the nearer they stand.</summary>
    public static PriorMap Of(params IReadOnlyList<string> tasks)
    {
        MapPlace[] places = [.. tasks.Select((_, i) => new MapPlace(i, i))];
        return new PriorMap
        {
            Model = "universal",
            Version = 2,
            Parent = 1,
            Tasks =
            [
                new PriorTask(tasks[0], tasks[0].Split('/')[0], "ct")
                {
                    Source = new PinnedDataset("local/a", 1), Value = 1, Dice = new TaskDice(0.812, 3, Split.Test, null, "grow-a"),
                },
                .. tasks.Skip(1).Select(t => new PriorTask(t, t.Split('/')[0], "ct")),
            ],
            Views = [ViewOf("stage 1", tasks.Count), ViewOf(PriorMap.Combined, tasks.Count)],
            Modalities = ["ct", "t1"],
            ModalityViews = [ViewOf(PriorMap.Combined, 2)],
            Components = places,
            ComponentShares = [0.7, 0.2],
            Places = places,
            Groups = [new PriorGroupFinding("the same structure in other datasets", 1, 1, 0.2, 0.5, 1)],
            Moved = [new PriorMove(tasks[0], [0.25, 0.25], 0.25)],
        };
    }

    private static PriorView ViewOf(string name, int count) => new(
        name,
        new BlobRef(Names.DefaultSite, new string('a', 64), count * count * 4, MediaTypes.Numbers),
        [.. Enumerable.Range(1, count - 1).Select(k => new PriorMerge(k == 1 ? 0 : count + k - 2, k, k * 0.1, k + 1))],
        [.. Enumerable.Range(0, count)]);
}
