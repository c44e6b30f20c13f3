using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Priors;

public sealed class KnownGroupsTests
{
    private static readonly string[] Tasks = ["a/liver", "a/Kidney_left", "a/kidney_right", "b/liver", "b/left_lung", "b/lung", "b/Parotid_L", "b/vertebrae_L1"];

    [Fact]
    public void What_names_have_in_common_is_asked_for()
    {
        var questions = KnownGroups.Questions(Tasks, dataset => dataset == "a" ? "ct" : null);

        Assert.Equal(["the same structure in other datasets", "left and right of a pair", "the same modality in other datasets"], questions.Select(q => q.Name));
        Assert.Equal(["liver", "kidney_left", "kidney_right", "liver", "left_lung", "lung", "parotid_l", "vertebrae_l1"], questions[0].Labels);
        Assert.Equal([null, "kidney", "kidney", null, "lung", null, "parotid", null], questions[1].Labels);
        Assert.Equal(["ct", null], questions[2].Labels);
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 1], questions[2].Units);
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 1], questions[0].Strata);
        Assert.Equal((true, false, true), (questions[0].Across, questions[1].Across, questions[2].Across));
    }

    [Fact]
    public void Pairs_that_were_planted_are_found_in_spite_of_what_datasets_have_in_common()
    {
        string[] tasks =
        [
            .. from dataset in Enumerable.Range(0, 5)
               from organ in Enumerable.Range(0, 4)
               from side in new[] { "left", "right" }
               select $"d{dataset}/organ{organ}_{side}",
        ];
        var (organs, lean) = (Vectors.Random(20, 24, 1), Vectors.Random(5, 24, 2));
        float[][] vectors =
        [
            .. Vectors.Random(40, 24, 3).Select((row, n) => row.Zip(organs[n / 2], lean[n / 8]).Select(x => (0.5f * x.First) + x.Second + (2 * x.Third)).ToArray()),
        ];

        var tests = KnownGroups.Questions(tasks, _ => null).Select(q => GroupTest.Of(SimilarityMatrix.Cosine(vectors), q, seed: 1)).ToList();

        Assert.InRange(tests[0].PValue!.Value, 0.02, 1);
        Assert.Equal(1.0 / (GroupTest.Deals + 1), tests[1].PValue);
        Assert.Null(tests[2].PValue);
    }
}
