using System.Runtime.InteropServices;
using System.Text.Json;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Priors;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Orders;

/// <summary>Compares the priors of a model version, and their posterior tokens, as its files hold them, with each other and with those of the version before.</summary>
/// <param name="blobs">The blob store.</param>
/// <param name="loadLibtorch">Loads libtorch unless it is loaded.</param>
/// <param name="pulse">What is told meanwhile.</param>
internal sealed class PriorMapExecutor(WorkerBlobs blobs, Action loadLibtorch, Pulse pulse)
{
    /// <returns>The map, a <see cref="PriorMap"/> as JSON.</returns>
    public BlobRef Execute(PriorMapOrder order, CancellationToken cancellationToken)
    {
        loadLibtorch();
        var now = Read(order.Version);
        var before = order.Parent is { } parent ? Read(parent) : null;
        var parentMap = order.ParentMap is { } map ? blobs.FetchJson<PriorMap>(map) : null;
        cancellationToken.ThrowIfCancellationRequested();

        var tasks = Compare(order, now.Tasks, before?.Tasks, parentMap);
        cancellationToken.ThrowIfCancellationRequested();
        var posterior = now.Posterior.Names.Count == 0 ? null : Compare(order, now.Posterior, before?.Posterior, parentMap?.Posterior) with { IsPosterior = true };
        var (stages, combined) = Views(now.Modalities);
        cancellationToken.ThrowIfCancellationRequested();

        pulse.At(WorkPhase.Store);
        return blobs.Store(MediaTypes.Json, ".json", path => Write(path, tasks with
        {
            Modalities = now.Modalities.Names,
            ModalityViews = Stored(stages, combined),
            ModalitiesMoved = Moves(before?.Modalities, now.Modalities),
            Posterior = posterior,
        }));
    }

    private PriorMap Compare(PriorMapOrder order, PriorVectors tasks, PriorVectors? before, PriorMap? parent)
    {
        pulse.At(WorkPhase.Compare);
        var analysis = PriorAnalysis.Of(tasks, parent is null ? null : Places(parent));
        var questions = KnownGroups.Questions(tasks.Names, dataset => ModalityOf(order.Groups, dataset));
        List<GroupTest> findings = [.. questions.Select(question => GroupTest.Of(analysis.Combined.Similarity, question, seed: 0))];
        return new PriorMap
        {
            Model = order.Model,
            Version = order.Version.Version,
            Parent = order.Parent?.Version,
            Tasks = [.. tasks.Names.Select(task => OfGroup(order, task))],
            Views = Stored(analysis.Stages, analysis.Combined),
            Modalities = [],
            ModalityViews = [],
            Components = [.. analysis.Components.Places.Select(Place)],
            ComponentShares = [analysis.Components.Shares.First, analysis.Components.Shares.Second],
            Places = [.. analysis.Map.Select(Place)],
            Groups = [.. findings.Zip(GroupTest.Corrected(findings), (f, corrected) => new PriorGroupFinding(f.Name, f.Pairs, f.Others, f.Difference, f.PValue, corrected))],
            Twins =
            [
                .. TwinRank.Of(analysis.Combined.Similarity, tasks.Names, order.Drawn.ContainsKey).Select(t => new PriorTwin(
                    tasks.Names[t.Task], order.Drawn[tasks.Names[t.Task]], tasks.Names[t.Twin], t.Rank, t.Back, tasks.Names.Count - 1)),
            ],
            Moved = Moves(before, tasks),
        };
    }

    private VersionVectors Read(PriorFiles files)
    {
        var trunk = One(files.Trunk, PriorVectors.OfTrunk);
        List<(PriorVectors Tasks, PriorVectors Modalities)> branches = [.. files.Branches.Select(branch => One(branch, PriorVectors.OfBranch))];
        var tasks = PriorVectors.Together([trunk.Tasks, .. branches.Select(b => b.Tasks)]);
        return new VersionVectors(
            tasks,
            PriorVectors.Together([trunk.Modalities, .. branches.Select(b => b.Modalities)]),
            PriorVectors.Together([.. files.Posteriors.Select(tokens => One(tokens, PriorVectors.OfPosterior))]).Of(tasks.Names));

        T One<T>(BlobRef blob, Func<string, T> read)
        {
            pulse.At(WorkPhase.Load);
            return blobs.Read(blob, read);
        }
    }

    /// <summary>The vectors of a version; posterior tokens of those of its tasks that have any.</summary>
    private sealed record VersionVectors(PriorVectors Tasks, PriorVectors Modalities, PriorVectors Posterior);

    private static (IReadOnlyList<Model.Priors.PriorView> Stages, Model.Priors.PriorView Combined) Views(PriorVectors vectors) =>
        ([.. vectors.Stages.Select(Model.Priors.PriorView.Of)], Model.Priors.PriorView.Of(vectors.Combined));

    private List<Grains.Interfaces.Priors.PriorView> Stored(IReadOnlyList<Model.Priors.PriorView> stages, Model.Priors.PriorView combined) =>
        [.. stages.Select((view, stage) => Stored($"stage {stage + 1}", view)), Stored(PriorMap.Combined, combined)];

    private Grains.Interfaces.Priors.PriorView Stored(string name, Model.Priors.PriorView view)
    {
        var cosines = Enumerable.Range(0, view.Similarity.Count).SelectMany(row => Array.ConvertAll(view.Similarity.Row(row).ToArray(), cosine => (float)cosine)).ToArray();
        return new Grains.Interfaces.Priors.PriorView(
            name,
            blobs.Store(MediaTypes.Numbers, ".f32", path => File.WriteAllBytes(path, MemoryMarshal.AsBytes(cosines.AsSpan()))),
            [.. view.Tree.Merges.Select(m => new PriorMerge(m.Left, m.Right, m.Distance, m.Size))],
            view.Tree.Order);
    }

    // A network of another size has priors of another length, which have no angle between them.
    private static IReadOnlyList<PriorMove> Moves(PriorVectors? before, PriorVectors now) =>
        before is { Names.Count: > 0 } && now.Names.Count > 0 && before.Stages.Zip(now.Stages).All(s => s.First[0].Length == s.Second[0].Length)
            ? [.. PriorDrift.Between(before, now).Select(d => new PriorMove(d.Name, d.Stages, d.Combined))]
            : [];

    private static Dictionary<string, PlanePoint> Places(PriorMap map) =>
        map.Tasks.Zip(map.Places).ToDictionary(t => t.First.Task, t => new PlanePoint(t.Second.X, t.Second.Y), StringComparer.Ordinal);

    private static MapPlace Place(PlanePoint point) => new(point.X, point.Y);

    // The group that asks for it first: a task that datasets share was learned from all of them.
    private static PriorTask OfGroup(PriorMapOrder order, string task)
    {
        var group = order.Groups.FirstOrDefault(g => g.Labels.Any(l => l.Task == task));
        return new PriorTask(task, group?.Name ?? "", group?.Modality ?? "")
        {
            Source = order.Sources.GetValueOrDefault(group?.Name ?? ""),
            Value = group?.Labels.First(l => l.Task == task).Value,
            Dice = order.Dice.GetValueOrDefault(task),
        };
    }

    private static string? ModalityOf(IReadOnlyList<PromptGroup> groups, string dataset) =>
        (groups.FirstOrDefault(g => g.Name == dataset) ?? groups.FirstOrDefault(g => g.Labels.Any(l => l.Task.StartsWith($"{dataset}/", StringComparison.Ordinal))))?.Modality;

    private static void Write(string path, PriorMap map)
    {
        using var stream = File.Create(path);
        JsonSerializer.Serialize(stream, map, WorkOrderJson.Options);
    }
}
