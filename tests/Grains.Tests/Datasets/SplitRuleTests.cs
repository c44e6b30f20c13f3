using CsCheck;
using Hermes.Grains.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Tests.Datasets;

public sealed class SplitRuleTests
{
    private static readonly byte[] Key = SplitRule.KeyOf("local/amos");
    private static readonly Dictionary<string, Split> Nothing = [];

    // Cases of a few patients, some sharing an image with another.
    private static readonly Gen<CaseSource[]> Cases =
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 40]).Array[1, 40].Select(pairs => pairs.Select((p, i) => Case(i, $"p{p.Item1}", p.Item2)).ToArray());

    [Fact]
    public void Cases_of_a_patient_and_equal_images_share_a_split() => Cases.Sample(cases =>
    {
        var splits = SplitRule.Draw(Key, Nothing, Nothing, cases);

        var pairs = cases.Zip(splits).ToList();
        Assert.All(pairs.GroupBy(p => p.First.Patient), g => Assert.Single(g.Select(p => p.Second).Distinct()));
        Assert.All(pairs.GroupBy(p => p.First.Image.Sha256), g => Assert.Single(g.Select(p => p.Second).Distinct()));
    });

    [Fact]
    public void The_order_of_the_cases_does_not_matter() => Cases.Sample(cases =>
    {
        var forward = cases.Zip(SplitRule.Draw(Key, Nothing, Nothing, cases)).ToDictionary(p => p.First.CaseId, p => p.Second);
        var reversed = cases.Reverse().ToList();

        Assert.All(reversed.Zip(SplitRule.Draw(Key, Nothing, Nothing, reversed)), p => Assert.Equal(forward[p.First.CaseId], p.Second));
    });

    [Fact]
    public void What_was_drawn_never_moves_when_cases_come_later() => Gen.Select(Cases, Cases).Sample((first, later) =>
    {
        var drawn = first.Zip(SplitRule.Draw(Key, Nothing, Nothing, first)).ToList();
        var patients = drawn.GroupBy(p => p.First.Patient).ToDictionary(g => g.Key, g => g.First().Second);
        var known = later.Select((c, i) => Case(1000 + i, c.Patient, 1000 + i)).ToList();

        Assert.All(
            known.Zip(SplitRule.Draw(Key, patients, Nothing, known)).Where(p => patients.ContainsKey(p.First.Patient)),
            p => Assert.Equal(patients[p.First.Patient], p.Second));
    });

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(10, 1, 2)]
    [InlineData(100, 5, 20)]
    public void The_first_draw_keeps_the_shares(int patients, int validation, int test)
    {
        var splits = SplitRule.Draw(Key, Nothing, Nothing, [.. Enumerable.Range(0, patients).Select(i => Case(i, $"p{i}", i))]);

        Assert.Equal(validation, splits.Count(s => s == Split.Validation));
        Assert.Equal(test, splits.Count(s => s == Split.Test));
        Assert.Equal(patients - validation - test, splits.Count(s => s == Split.Train));
    }

    [Fact]
    public void Later_patients_go_by_threshold_in_about_the_same_shares()
    {
        var known = new Dictionary<string, Split> { ["first"] = Split.Train };

        var splits = SplitRule.Draw(Key, known, Nothing, [.. Enumerable.Range(0, 4000).Select(i => Case(i, $"p{i}", i))]);

        Assert.InRange(splits.Count(s => s == Split.Test), 700, 900);
        Assert.InRange(splits.Count(s => s == Split.Validation), 140, 260);
    }

    [Fact]
    public void A_later_copy_of_a_known_image_joins_its_split()
    {
        var image = Case(0, "old", 7);
        var images = new Dictionary<string, Split> { [image.Image.Sha256] = Split.Test };

        Assert.Equal([Split.Test], SplitRule.Draw(Key, new Dictionary<string, Split> { ["old"] = Split.Test }, images, [Case(1, "new", 7)]));
    }

    [Fact]
    public void A_split_that_the_user_fixed_wins_for_the_whole_patient()
    {
        var cases = new[] { Case(0, "a", 0) with { FixedSplit = Split.Test }, Case(1, "a", 1), Case(2, "b", 2) };

        Assert.Equal([Split.Test, Split.Test, Split.Train], SplitRule.Draw(Key, Nothing, Nothing, cases));
    }

    [Fact]
    public void Fixed_splits_that_contradict_each_other_are_refused_by_name()
    {
        var cases = new[] { Case(0, "a", 0) with { FixedSplit = Split.Test }, Case(1, "a", 1) with { FixedSplit = Split.Train } };

        var refusal = Assert.Throws<HermesException>(() => SplitRule.Draw(Key, Nothing, Nothing, cases));

        Assert.Contains("Case 'c0' is fixed to test and case 'c1' is fixed to train", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_join_two_splits_that_were_drawn_is_refused_and_what_joins_none_is_not()
    {
        var image = Case(0, "elsewhere", 7);
        var (patients, images) = (new Dictionary<string, Split> { ["a"] = Split.Train }, new Dictionary<string, Split> { [image.Image.Sha256] = Split.Test });

        var refusal = Assert.Throws<HermesException>(() => SplitRule.Require(patients, images, [Case(1, "a", 7)]));
        SplitRule.Require(patients, images, [Case(1, "a", 8), Case(2, "b", 7), Case(3, "a", 9) with { FixedSplit = Split.Train }]);

        Assert.Equal(
            "The patient of case 'c1' is in train already and the image of case 'c1' is in test already, but cases of one patient and equal images share a split.",
            refusal.Message);
    }

    private static CaseSource Case(int index, string patient, int image) => new()
    {
        CaseId = $"c{index}",
        Patient = patient,
        Image = new BlobRef(Names.DefaultSite, image.ToString("x64", System.Globalization.CultureInfo.InvariantCulture), 1, MediaTypes.Nifti),
        ImageFile = $"c{index}.nii.gz",
    };
}
