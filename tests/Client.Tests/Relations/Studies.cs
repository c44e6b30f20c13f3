using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Tests.Relations;

/// <summary>A small study.</summary>
internal static class Studies
{
    public static RelationStudy Of(int seeds) => new()
    {
        Model = "universal",
        Version = 2,
        Request = new RelationStudyRequest { Pairs = 3, Seeds = seeds },
        Steps = 50,
        Trainings = 9,
        Predictors = [new RelationPredictor("cosine of priors", "How alike.")],
        Pairs =
        [
            Pair("a/one", 0.1, [0.5, 0.5], [0.6, 0.6], [0.5, 0.5], 1),
            Pair("a/two", 0.5, [0.5, 0.5], [0.3, 0.3], [0.4, 0.4], 4),
            Pair("a/three", 0.9, [0, 0], [0, 0], [0, 0], 2),
        ],
        Grades = [],
        LeftOut = [],
        Ended = DateTimeOffset.UnixEpoch,
    };

    private static RelationPair Pair(string task, double cosine, double[] alone, double[] begun, double[] together, int cases) => new()
    {
        Task = task,
        Other = "b/x",
        Predicted = new Dictionary<string, double> { ["cosine of priors"] = cosine },
        Alone = alone,
        Begun = begun,
        Together = together,
        Cases = cases,
    };
}
