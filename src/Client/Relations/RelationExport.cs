using Hermes.Client.Figures;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Relations;

/// <summary>The files that a study of relations can be had as.</summary>
public static class RelationExport
{
    /// <summary>Those of a study that was completed.</summary>
    /// <param name="status">Where it stands.</param>
    /// <param name="study">What was measured.</param>
    /// <param name="predictor">What predicted the gains that the figure shows.</param>
    public static FigureExport Of(RelationStudyStatus status, RelationStudy study, string predictor) => new(
        () => RelationFigure.WithSentences(study, predictor),
        () => RelationTable.Of(study),
        () => Task.FromResult<object>(StudyDocument.Of(status, study)));
}
