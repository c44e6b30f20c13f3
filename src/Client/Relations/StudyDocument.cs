using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Relations;

/// <summary>A study of relations as <c>--json</c> and <c>.json</c> files show it.</summary>
public sealed record StudyDocument
{
    /// <summary>The model version: <c>NAME@VERSION</c>.</summary>
    public required string Version { get; init; }

    /// <summary>How far it is, in a word.</summary>
    public required string State { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public required string? Cause { get; init; }

    /// <inheritdoc cref="RelationStudyStatus.Trainings"/>
    public required int Trainings { get; init; }

    /// <inheritdoc cref="RelationStudyStatus.Done"/>
    public required int Done { get; init; }

    /// <inheritdoc cref="RelationStudyStatus.LeftOut"/>
    public required IReadOnlyList<LeftOut> LeftOut { get; init; }

    /// <summary>What was measured, once completed.</summary>
    public required RelationStudy? Study { get; init; }

    /// <summary>What that shows and what it cannot.</summary>
    public required IReadOnlyList<string> Says { get; init; }

    /// <summary>All of a study.</summary>
    /// <param name="status">Where it stands.</param>
    /// <param name="study">What was measured; null while nothing is.</param>
    public static StudyDocument Of(RelationStudyStatus status, RelationStudy? study) => new()
    {
        Version = status.Version,
        State = status.State.Word(),
        Cause = status.Cause?.Message,
        Trainings = status.Trainings,
        Done = status.Done,
        LeftOut = status.LeftOut,
        Study = study,
        Says = study is null ? [] : [.. RelationSentences.Of(study)],
    };
}
