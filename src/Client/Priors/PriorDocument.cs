using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Priors;

/// <summary>A prior map with its cosines in it, as <c>--json</c> and <c>.json</c> files show it.</summary>
public sealed record PriorDocument
{
    /// <inheritdoc cref="PriorMap.Model"/>
    public required string Model { get; init; }

    /// <inheritdoc cref="PriorMap.Version"/>
    public required int Version { get; init; }

    /// <inheritdoc cref="PriorMap.Parent"/>
    public required int? Parent { get; init; }

    /// <inheritdoc cref="PriorMap.Tasks"/>
    public required IReadOnlyList<PriorTaskDocument> Tasks { get; init; }

    /// <inheritdoc cref="PriorMap.Views"/>
    public required IReadOnlyList<PriorViewDocument> Views { get; init; }

    /// <inheritdoc cref="PriorMap.Modalities"/>
    public required IReadOnlyList<string> Modalities { get; init; }

    /// <inheritdoc cref="PriorMap.ModalityViews"/>
    public required IReadOnlyList<PriorViewDocument> ModalityViews { get; init; }

    /// <inheritdoc cref="PriorMap.Places"/>
    public required IReadOnlyList<MapPlace> Places { get; init; }

    /// <inheritdoc cref="PriorMap.Components"/>
    public required IReadOnlyList<MapPlace> Components { get; init; }

    /// <inheritdoc cref="PriorMap.ComponentShares"/>
    public required IReadOnlyList<double> ComponentShares { get; init; }

    /// <inheritdoc cref="PriorMap.Groups"/>
    public required IReadOnlyList<PriorGroupFinding> Groups { get; init; }

    /// <inheritdoc cref="PriorMap.Twins"/>
    public required IReadOnlyList<PriorTwin> Twins { get; init; }

    /// <inheritdoc cref="PriorMap.Moved"/>
    public required IReadOnlyList<PriorMove> Moved { get; init; }

    /// <inheritdoc cref="PriorMap.ModalitiesMoved"/>
    public required IReadOnlyList<PriorMove> ModalitiesMoved { get; init; }

    /// <summary>The same of the posterior tokens; null where the version has none.</summary>
    public required PriorDocument? Posterior { get; init; }

    /// <summary>The sentences that the figures have below them.</summary>
    public required IReadOnlyList<string> Says { get; init; }

    /// <summary>All of a map.</summary>
    /// <param name="map">The prior map.</param>
    /// <param name="similarity">Reads the cosines [N, N] of a view.</param>
    public static async Task<PriorDocument> OfAsync(PriorMap map, Func<PriorView, Task<float[]>> similarity)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(similarity);
        return new PriorDocument
        {
            Model = map.Model,
            Version = map.Version,
            Parent = map.Parent,
            Tasks = [.. map.Tasks.Select(t => new PriorTaskDocument(t.Task, t.Dataset, t.Modality, BodyRegion.Of(t.Task), t.Dice))],
            Views = await ViewsAsync(map.Views).ConfigureAwait(false),
            Modalities = map.Modalities,
            ModalityViews = await ViewsAsync(map.ModalityViews).ConfigureAwait(false),
            Places = map.Places,
            Components = map.Components,
            ComponentShares = map.ComponentShares,
            Groups = map.Groups,
            Twins = map.Twins,
            Moved = map.Moved,
            ModalitiesMoved = map.ModalitiesMoved,
            Posterior = map.Posterior is { } posterior ? await OfAsync(posterior, similarity).ConfigureAwait(false) : null,
            Says = [.. PriorSentences.Of(map)],
        };

        async Task<IReadOnlyList<PriorViewDocument>> ViewsAsync(IReadOnlyList<PriorView> views)
        {
            var read = new List<PriorViewDocument>();
            foreach (var view in views)
            {
                var rows = (await similarity(view).ConfigureAwait(false)).Chunk(Math.Max(view.Order.Count, 1));
                read.Add(new PriorViewDocument(view.Name, [.. rows], view.Merges, view.Order));
            }

            return read;
        }
    }
}

/// <summary>A task of a <see cref="PriorDocument"/>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Dataset">The dataset whose prompt group asks for it.</param>
/// <param name="Modality">Modality of that group.</param>
/// <param name="Region">Where in the body it is, as far as its name says.</param>
/// <param name="Dice">How well it is found; null where nothing measured it.</param>
public sealed record PriorTaskDocument(string Task, string Dataset, string Modality, string Region, TaskDice? Dice);

/// <summary>A view of a <see cref="PriorDocument"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Similarity">Cosines [N][N].</param>
/// <param name="Merges">The tree over them.</param>
/// <param name="Order">The leaves in the order of the tree.</param>
public sealed record PriorViewDocument(string Name, IReadOnlyList<float[]> Similarity, IReadOnlyList<PriorMerge> Merges, IReadOnlyList<int> Order);
