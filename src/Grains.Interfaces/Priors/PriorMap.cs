using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Priors;

/// <summary>How the learned priors of a model version relate: a JSON document that a worker makes from the files of the version.</summary>
public sealed record PriorMap
{
    /// <summary>How maps are made today; one that was made otherwise is made anew.</summary>
    public const int CurrentForm = 2;

    /// <summary>The name of the view in which the stages of a prior are one vector.</summary>
    public const string Combined = "combined";

    /// <summary>With fewer tasks places say no more than the similarities.</summary>
    public const int FewestTasks = 8;

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>Its version.</summary>
    public required int Version { get; init; }

    /// <summary>The version it came of, with which it is compared; null for a first one.</summary>
    public int? Parent { get; init; }

    /// <summary>The tasks, in prior order; every other list about tasks is in the same order.</summary>
    public required IReadOnlyList<PriorTask> Tasks { get; init; }

    /// <summary>How alike tasks are, at each fusion stage and, last, <see cref="Combined"/>.</summary>
    public required IReadOnlyList<PriorView> Views { get; init; }

    /// <summary>The modalities, in prior order.</summary>
    public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>How alike modalities are, each as the mean of its tokens.</summary>
    public required IReadOnlyList<PriorView> ModalityViews { get; init; }

    /// <summary>Where each task lies along the two directions in which the combined priors differ most.</summary>
    public required IReadOnlyList<MapPlace> Components { get; init; }

    /// <summary>Which share of the variance each of the two directions has.</summary>
    public required IReadOnlyList<double> ComponentShares { get; init; }

    /// <summary>Where each task lies in a map that keeps neighbours together (t-SNE), turned so that it lies as that of the parent.</summary>
    public required IReadOnlyList<MapPlace> Places { get; init; }

    /// <summary>What is known to belong together, and whether it is more alike than by chance.</summary>
    public required IReadOnlyList<PriorGroupFinding> Groups { get; init; }

    /// <summary>How near tasks that updates added with priors drawn at random came to those of the same structure in other datasets.</summary>
    public IReadOnlyList<PriorTwin> Twins { get; init; } = [];

    /// <summary>How far the priors of tasks that the parent had have moved since, the farthest first.</summary>
    public IReadOnlyList<PriorMove> Moved { get; init; } = [];

    /// <summary>The same of modalities.</summary>
    public IReadOnlyList<PriorMove> ModalitiesMoved { get; init; } = [];

    /// <summary>Whether not the priors are compared but what became of them in the validation cases: posterior tokens.</summary>
    public bool IsPosterior { get; init; }

    /// <summary>
    /// How the posterior tokens of the tasks relate, of those tasks that have any; it compares no modalities. Null where none was kept: an older platform trained the
    /// version, or nothing was validated.
    /// </summary>
    public PriorMap? Posterior { get; init; }
}

/// <summary>A task of a map.</summary>
/// <param name="Task">The task.</param>
/// <param name="Dataset">The dataset whose prompt group asks for it.</param>
/// <param name="Modality">Modality of that group.</param>
public sealed record PriorTask(string Task, string Dataset, string Modality)
{
    /// <summary>The dataset version it was learned from, by whose prompt group it is asked for; null where that is not known.</summary>
    public PinnedDataset? Source { get; init; }

    /// <summary>The value of its label in the cases of that dataset.</summary>
    public int? Value { get; init; }

    /// <summary>How well the version finds it; null where nothing measured it.</summary>
    public TaskDice? Dice { get; init; }
}

/// <summary>How well a model version finds a task, as its own evidence says: the certificate of the update that brought it, or the validation of the run that learned it.</summary>
/// <param name="Dice">Mean Dice over the cases in which the task occurs.</param>
/// <param name="Cases">How many those are.</param>
/// <param name="Split">The split they are of.</param>
/// <param name="Run">The run whose validation measured it; null where a certificate did.</param>
/// <param name="Update">The update whose certificate measured it; null where a validation did.</param>
[GenerateSerializer, Immutable, Alias("hermes.TaskDice")]
public sealed record TaskDice(
    [property: Id(0)] double Dice,
    [property: Id(1)] int Cases,
    [property: Id(2)] Split Split,
    [property: Id(3)] string? Run,
    [property: Id(4)] string? Update);

/// <summary>How alike things are, in one view.</summary>
/// <param name="Name">The view: <c>stage 1</c> and so on, the coarsest first, or <see cref="PriorMap.Combined"/>.</param>
/// <param name="Similarity">Cosines [N, N] as float32, little-endian, row by row.</param>
/// <param name="Merges">The tree that average linkage makes of the distances, 1 less the cosine, the nearest merge first.</param>
/// <param name="Order">The leaves in an order in which neighbours are as alike as the tree allows.</param>
public sealed record PriorView(string Name, BlobRef Similarity, IReadOnlyList<PriorMerge> Merges, IReadOnlyList<int> Order);

/// <summary>Two branches of a tree become one.</summary>
/// <param name="Left">A leaf, counted from 0, or the number of leaves plus the place of a merge.</param>
/// <param name="Right">The other.</param>
/// <param name="Distance">How far they are apart.</param>
/// <param name="Size">Leaves of both together.</param>
public sealed record PriorMerge(int Left, int Right, double Distance, int Size);

/// <summary>A place in a map of two dimensions, which have no unit.</summary>
public sealed record MapPlace(double X, double Y);

/// <summary>Whether what is known to belong together is more alike than it would be by chance: the same labels dealt anew within datasets.</summary>
/// <param name="Name">What is said to make tasks alike.</param>
/// <param name="Pairs">Pairs that have it in common.</param>
/// <param name="Others">Pairs that could have had it in common.</param>
/// <param name="Difference">The mean cosine of the pairs less that of the others; null when there are none of either.</param>
/// <param name="PValue">How often chance does as well; null when nothing could be dealt otherwise.</param>
/// <param name="Corrected">The same, corrected for the number of questions (Holm).</param>
public sealed record PriorGroupFinding(string Name, int Pairs, int Others, double? Difference, double? PValue, double? Corrected);

/// <summary>How near a task that began with a prior drawn at random came to one of the same structure in another dataset, over all stages.</summary>
/// <param name="Task">The task.</param>
/// <param name="Update">The update that added it.</param>
/// <param name="Twin">The other.</param>
/// <param name="Rank">Its place among the neighbours of the other; 1 for the nearest. By chance it is half of one more than there are.</param>
/// <param name="Back">The place of the other among its neighbours.</param>
/// <param name="Neighbours">How many neighbours each has.</param>
public sealed record PriorTwin(string Task, string Update, string Twin, int Rank, int Back, int Neighbours);

/// <summary>How far a prior has moved, as 1 less the cosine of what it was and what it is.</summary>
/// <param name="Name">The task or modality.</param>
/// <param name="Stages">At each fusion stage.</param>
/// <param name="Combined">All stages as one vector.</param>
public sealed record PriorMove(string Name, IReadOnlyList<double> Stages, double Combined);
