using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Grains.Relations;

/// <summary>How well predictors ranked the pairs of a study.</summary>
internal static class Grading
{
    /// <summary>Every predictor on every kind of gain. The same pairs give the same bits.</summary>
    public static IReadOnlyList<RelationGrade> Of(IReadOnlyList<RelationPair> pairs) =>
    [
        .. from gain in Enum.GetValues<RelationGain>()
           from predictor in Predictor.All
           select Of(predictor.Name, gain, [.. pairs.Where(p => p.Predicted.ContainsKey(predictor.Name))]),
    ];

    private static RelationGrade Of(string predictor, RelationGain gain, IReadOnlyList<RelationPair> pairs)
    {
        double[] predicted = [.. pairs.Select(p => p.Predicted[predictor])], gained = [.. pairs.Select(p => p.Gain(gain))];
        var tau = pairs.Count < RelationStudy.FewestPairs ? null : KendallTau.Of(predicted, gained);
        var interval = tau is null ? null : KendallTau.Interval(predicted, gained, RelationStudy.Resamples, RelationStudy.Confidence, seed: 0);
        return new RelationGrade(predictor, gain, pairs.Count, tau, interval?.Low, interval?.High);
    }
}
