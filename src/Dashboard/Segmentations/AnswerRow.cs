using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Dashboard.Segmentations;

/// <summary>A question as the list of answers shows it.</summary>
/// <param name="Key">The question's key.</param>
/// <param name="Image">The image as whoever asked named it, or its digest.</param>
/// <param name="Case">The case whose image it is, if it was asked about one.</param>
/// <param name="Model">The model version asked, <c>NAME@VERSION</c>.</param>
/// <param name="Group">The prompt group asked; null for tasks of several.</param>
/// <param name="Tasks">How many tasks were wanted.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Cause">Why it could not be answered, if so.</param>
/// <param name="Dice">Mean Dice with the reference, where there is one.</param>
/// <param name="Asked">When it was asked, if that is known.</param>
public sealed record AnswerRow(
    string Key, string Image, PinnedCase? Case, string Model, string? Group, int Tasks, SegmentationState State, Failure? Cause, double? Dice, DateTimeOffset? Asked)
{
    public static AnswerRow Of(SegmentationRequest request, SegmentationStatus status)
    {
        List<double> dice = [.. (status.Result?.Tasks ?? []).Select(t => t.Agreement?.Dice).OfType<double>()];
        return new AnswerRow(
            request.Key(),
            request.ImageFile is { } file ? Path.GetFileName(file) : request.Image.Sha256[..12],
            request.Case,
            request.Model,
            request.Prompt.Group,
            request.Prompt.Wanted.Count,
            status.State,
            status.Cause,
            dice.Count > 0 ? dice.Average() : null,
            status.Asked);
    }
}
