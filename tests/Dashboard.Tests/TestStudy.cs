using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Dashboard.Tests;

/// <summary>What four pairs of tasks gained.</summary>
internal static class TestStudy
{
    public static RelationStudy Measured { get; } = new()
    {
        Model = "universal",
        Version = 2,
        Request = new RelationStudyRequest { Pairs = 4 },
        Steps = 10,
        Trainings = 12,
        Predictors = [new RelationPredictor("cosine", "How alike."), new RelationPredictor("modality", "Whether the same.")],
        Pairs =
        [
            .. Enumerable.Range(0, 4).Select(i => new RelationPair
            {
                Task = $"a/t{i}",
                Other = $"b/t{i}",
                Predicted = new Dictionary<string, double> { ["cosine"] = i / 10.0, ["modality"] = 1 },
                Alone = [0.5],
                Begun = [0.5 + (i / 10.0)],
                Together = [0.5 - (i / 10.0)],
                Cases = 2,
            }),
        ],
        Grades =
        [
            new RelationGrade("cosine", RelationGain.Transfer, 4, 0.8, 0.4, 1),
            new RelationGrade("modality", RelationGain.Transfer, 4, -0.1, -0.6, 0.3),
            new RelationGrade("cosine", RelationGain.Joint, 4, -0.9, -1, -0.2),
            new RelationGrade("modality", RelationGain.Joint, 4, null, null, null),
        ],
        LeftOut = [],
        Ended = DateTimeOffset.UnixEpoch,
    };
}
