using Hermes.Client.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Updates;

/// <summary>An update as the table shows it.</summary>
public sealed record UpdateRow
{
    public required string Name { get; init; }

    public required UpdateState State { get; init; }

    public string Model { get; init; } = "";

    /// <summary>The version it grows from; 0 while it is not known.</summary>
    public int From { get; init; }

    /// <summary>Keys <c>site/dataset</c> of the datasets to learn.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    public string Policy { get; init; } = "";

    /// <summary>Why it failed, was rejected or did not become live.</summary>
    public Failure? Cause { get; init; }

    /// <summary>The version it became part of, once promoted.</summary>
    public int? LiveAs { get; init; }

    /// <summary>Mean Dice over the new tasks, once evaluated.</summary>
    public double? Dice { get; init; }

    /// <summary>Which tasks it touches, in a sentence, once evaluated.</summary>
    public string? Touched { get; init; }

    public DateTimeOffset? Created { get; init; }

    public static UpdateRow Of(UpdateStatus status)
    {
        List<double> measured = [.. (status.Certificate?.NewTasks ?? []).Select(t => t.Dice).OfType<double>()];
        return new UpdateRow
        {
            Name = status.Name,
            State = status.State,
            Model = status.Request?.Model ?? "",
            From = status.BaseVersion,
            Datasets = status.Request?.Datasets ?? [],
            Policy = status.Request?.Policy.Word().ToLowerInvariant() ?? "",
            Cause = status.Cause,
            LiveAs = status.PromotedVersion,
            Dice = measured.Count > 0 ? measured.Average() : null,
            Touched = status.Certificate is { } certificate ? UpdateSentences.Touched(certificate) : null,
            Created = status.Created,
        };
    }
}
