using Hermes.Client.Relations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Cli.Output;

/// <summary>A study of relations as <c>--json</c> shows it.</summary>
internal sealed record StudyDocument
{
    public required string Version { get; init; }

    public required string State { get; init; }

    public required string? Cause { get; init; }

    public required int Trainings { get; init; }

    public required int Done { get; init; }

    public required IReadOnlyList<LeftOut> LeftOut { get; init; }

    /// <summary>What was measured, once completed.</summary>
    public required RelationStudy? Study { get; init; }

    /// <summary>What that shows and what it cannot.</summary>
    public required IReadOnlyList<string> Says { get; init; }

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
