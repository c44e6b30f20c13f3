using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>
/// Answer questions about one image to one trunk; those whose prepared image is the same share the stages before the first fusion, and every answer is what it
/// is when the question is asked by itself. Answered by <see cref="WorkerMessage.Segmented"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("hermes.SegmentOrder")]
public sealed record SegmentOrder : WorkOrder
{
    /// <summary>Most questions of an order: a worker holds the branches of so many at a time.</summary>
    public const int MostQuestions = 4;

    /// <summary>Most tasks that the questions of an order prompt, if it has more than one: each takes memory for a row of windows.</summary>
    public const int MostTasks = 32;

    /// <summary>The questions, at most <see cref="MostQuestions"/>, all with the same image and package.</summary>
    [Id(0)] public required IReadOnlyList<SegmentationRequest> Requests { get; init; }

    /// <summary>Whether a question can be answered in the same order as those it has. A probe is asked by itself.</summary>
    public bool HasRoomFor(SegmentationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Requests.Count < MostQuestions
            && Requests.Append(request).All(r => r.Image.Sha256 == request.Image.Sha256 && r.Package.Sha256 == request.Package.Sha256 && r.Probe is null)
            && Requests.Append(request).Sum(r => r.Prompt.Tasks.Count) <= MostTasks;
    }
}

/// <summary>What became of one question of an order; exactly one of the two is set.</summary>
/// <param name="Result">The answer.</param>
/// <param name="Failed">Why there is none, and repeating the question would not help.</param>
[GenerateSerializer, Immutable, Alias("hermes.SegmentAnswer")]
public sealed record SegmentAnswer([property: Id(0)] SegmentationResult? Result, [property: Id(1)] Failure? Failed = null);
