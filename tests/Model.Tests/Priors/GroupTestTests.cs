using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Priors;

public sealed class GroupTestTests
{
    private const int Datasets = 6;
    private const int Organs = 5;

    // Task n is organ n mod 5 of dataset n div 5.
    private static readonly int[] Dataset = [.. Enumerable.Range(0, Datasets * Organs).Select(n => n / Organs)];

    [Fact]
    public void The_same_organ_in_other_datasets_is_found_where_it_was_planted()
    {
        var test = Ask(Planted(seed: 3), n => $"organ {n % Organs}");

        Assert.Equal((Datasets * (Datasets - 1) / 2 * Organs, 1.0 / (GroupTest.Deals + 1)), (test.Pairs, test.PValue));
        Assert.InRange(test.Difference!.Value, 0.3, 1);
    }

    [Fact]
    public void Where_nothing_was_planted_chance_does_as_well_as_often_as_it_says()
    {
        var found = Enumerable.Range(0, 40).Select(seed => Ask(Vectors.Random(Datasets * Organs, 20, (ulong)(1000 + seed)), n => $"organ {n % Organs}").PValue!.Value).ToList();

        Assert.InRange(found.Count(p => p <= 0.05), 0, 7);
        Assert.InRange(found.Average(), 0.35, 0.65);
    }

    [Fact]
    public void That_tasks_of_a_dataset_are_alike_is_not_taken_for_organs()
    {
        // All of a dataset lean the same way, and organs mean nothing.
        var lean = Vectors.Random(Datasets, 20, 9);
        float[][] vectors = [.. Vectors.Random(Datasets * Organs, 20, 10).Select((row, n) => row.Zip(lean[Dataset[n]], (x, y) => x + (3 * y)).ToArray())];

        Assert.InRange(Ask(vectors, n => $"organ {n % Organs}").PValue!.Value, 0.01, 1);
    }

    [Fact]
    public void What_cannot_be_dealt_otherwise_has_no_p_value()
    {
        var vectors = Planted(seed: 4);

        var alike = Ask(vectors, _ => "the same");
        var apart = Ask(vectors, n => $"task {n}");
        var unlabelled = Ask(vectors, _ => null);

        Assert.Equal((null, null), (alike.Difference, alike.PValue));
        Assert.Equal((0, null), (apart.Pairs, apart.PValue));
        Assert.Equal((0, null), (unlabelled.Pairs, unlabelled.PValue));
    }

    [Fact]
    public void Labels_of_datasets_are_dealt_among_datasets()
    {
        var direction = Vectors.Random(2, 20, 21);
        float[][] vectors = [.. Vectors.Random(Datasets * Organs, 20, 22).Select((row, n) => row.Zip(direction[Dataset[n] % 2], (x, y) => x + (2 * y)).ToArray())];
        var question = new GroupQuestion("modality", Dataset, [.. Enumerable.Range(0, Datasets).Select(d => d % 2 == 0 ? "ct" : "mr")], new int[Datasets], Dataset, Across: true);

        var test = GroupTest.Of(SimilarityMatrix.Cosine(vectors), question, seed: 1);

        // Six datasets in two modalities of three: one deal in ten is the one there is.
        Assert.InRange(test.PValue!.Value, 0.07, 0.13);
    }

    [Fact]
    public void The_same_seed_gives_the_same_p_value() => Assert.Equal(Ask(Planted(seed: 5), n => $"{n % 3}"), Ask(Planted(seed: 5), n => $"{n % 3}"));

    [Fact]
    public void P_values_are_corrected_for_their_number()
    {
        GroupTest Of(double? p) => new("a", 1, 1, 0, p);

        Assert.Equal([0.03, 0.06, null, 0.06], GroupTest.Corrected([Of(0.01), Of(0.04), Of(null), Of(0.03)]).Select(p => p is { } known ? Math.Round(known, 9) : (double?)null));
        Assert.Equal([1.0, 1.0], GroupTest.Corrected([Of(0.7), Of(0.9)]));
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused()
    {
        var similarity = SimilarityMatrix.Cosine(Vectors.Random(3, 4, 1));

        Assert.Throws<ArgumentException>(() => GroupTest.Of(similarity, new GroupQuestion("a", [0, 1], ["x", "y"], [0, 0], [0, 0], false), 1));
        Assert.Throws<ArgumentException>(() => GroupTest.Of(similarity, new GroupQuestion("a", [0, 1, 2], ["x", "y"], [0, 0], [0, 0, 0], false), 1));
    }

    private static float[][] Planted(ulong seed)
    {
        var organs = Vectors.Random(Organs, 20, seed);
        return [.. Vectors.Random(Datasets * Organs, 20, seed + 100).Select((row, n) => row.Zip(organs[n % Organs], (x, y) => (0.7f * x) + y).ToArray())];
    }

    private static GroupTest Ask(float[][] vectors, Func<int, string?> label)
    {
        var all = Enumerable.Range(0, Datasets * Organs);
        return GroupTest.Of(
            SimilarityMatrix.Cosine(vectors), new GroupQuestion("organ", [.. all], [.. all.Select(label)], Dataset, Dataset, Across: true), seed: 1);
    }
}
