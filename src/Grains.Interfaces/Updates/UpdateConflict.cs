namespace Hermes.Grains.Interfaces.Updates;

/// <summary>What is odd about a dataset that a model is to learn, beside what it learned before.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Dataset">Key <c>site/dataset</c> of the new dataset.</param>
/// <param name="Task">The task concerned, if it is about one.</param>
/// <param name="Sentence">What was found and what was expected.</param>
/// <param name="Beside">Key <c>site/dataset</c> of the dataset that was learned from and does not agree with it, if it is one.</param>
[GenerateSerializer, Immutable, Alias("hermes.UpdateConflict")]
public sealed record UpdateConflict(
    [property: Id(0)] ConflictKind Kind,
    [property: Id(1)] string Dataset,
    [property: Id(2)] string? Task,
    [property: Id(3)] string Sentence,
    [property: Id(4)] string? Beside = null)
{
    /// <summary>Whether an update is refused for it unless somebody accepts it: what is known without a question, and most likely a mistake.</summary>
    public bool NeedsAcceptance => Kind is ConflictKind.OtherExtent or ConflictKind.OtherGeometry;
}

/// <summary>Kinds of conflicts.</summary>
[GenerateSerializer]
public enum ConflictKind
{
    /// <summary>A structure of the same name is much larger or smaller in a dataset that was learned from.</summary>
    OtherExtent = 0,

    /// <summary>Voxels are much larger or smaller than in every dataset of the trunk.</summary>
    OtherGeometry = 1,

    /// <summary>A structure of the label map occurs in no case.</summary>
    Absent = 2,

    /// <summary>A new structure lies within what an old task finds, or the other way round.</summary>
    Contained = 3,

    /// <summary>An old task finds a structure that the new label map does not know.</summary>
    Unlabelled = 4,
}
