using CsCheck;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;

namespace Hermes.Client.Tests.Datasets;

public sealed class CasePairingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("case_0000.nii.gz", false, "case")]
    [InlineData("case_0000.nii", false, "case")]
    [InlineData("case.NII.GZ", false, "case")]
    [InlineData("case_gt.nii.gz", true, "case")]
    [InlineData("case_gt.nii.gz", false, "case_gt")]
    [InlineData("case_labels.nii.gz", true, "case")]
    [InlineData("case_0000_gt.nii", true, "case")]
    [InlineData("_0000.nii.gz", false, "_0000")]
    [InlineData("a.b.nii.gz", false, "a.b")]
    public void The_stem_drops_endings_and_suffixes(string file, bool isLabel, string stem) =>
        Assert.Equal(stem, CasePairing.Stem(Path.Combine("some", "folder_0000", file), isLabel));

    [Fact]
    public void Whatever_the_suffixes_a_stem_pairs_its_image_with_its_label()
    {
        var stems = Gen.String[Gen.Char.AlphaNumeric, 1, 8].HashSet[1, 6];
        var imageSuffix = OneOf("", "_0000");
        var labelSuffix = OneOf("", "_gt", "_labels", "_seg");
        var ending = OneOf(".nii", ".nii.gz");
        Gen.Select(stems, imageSuffix, labelSuffix, ending, ending).Sample(
            (names, onImage, onLabel, imageEnding, labelEnding) =>
            {
                using var folder = new TemporaryFolder();
                foreach (var name in names)
                {
                    folder.File($"images/{name}{onImage}{imageEnding}");
                    folder.File($"labels/{name}{onLabel}{labelEnding}");
                }

                var pairing = CasePairing.Find(Path.Combine(folder.Path, "images"), Path.Combine(folder.Path, "labels"));

                Assert.Equal(names.Order(StringComparer.Ordinal), pairing.Cases.Select(c => c.CaseId));
                Assert.All(pairing.Cases, c => Assert.StartsWith(c.CaseId, Path.GetFileName(c.Label), StringComparison.Ordinal));
                Assert.Empty(pairing.ImagesWithoutLabel);
                Assert.Empty(pairing.LabelsWithoutImage);
            },
            iter: 50);
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    [Fact]
    public void Every_file_is_either_paired_or_listed()
    {
        var names = Gen.Char['a', 'h'].Select(c => c.ToString()).HashSet[1, 8];
        Gen.Select(names, names).Where(both => both.Item1.Overlaps(both.Item2)).Sample(
            (images, labels) =>
            {
                using var folder = new TemporaryFolder();
                images.ToList().ForEach(name => folder.File($"images/{name}_0000.nii.gz"));
                labels.ToList().ForEach(name => folder.File($"labels/{name}.nii.gz"));

                var pairing = CasePairing.Find(Path.Combine(folder.Path, "images"), Path.Combine(folder.Path, "labels"));

                Assert.Equal(images.Count, pairing.Cases.Count);
                Assert.Equal(images.Intersect(labels).Order(), pairing.Cases.Where(c => c.Label is not null).Select(c => c.CaseId));
                Assert.Equal(images.Except(labels).Order(), pairing.ImagesWithoutLabel.Select(f => CasePairing.Stem(f, false)).Order());
                Assert.Equal(labels.Except(images).Order(), pairing.LabelsWithoutImage.Select(f => CasePairing.Stem(f, true)).Order());
            },
            iter: 50);
    }

    [Fact]
    public void One_folder_may_hold_images_and_labels()
    {
        _folder.File("patient1.nii.gz");
        _folder.File("patient1_gt.nii.gz");
        _folder.File("readme.txt");

        var pairing = CasePairing.Find(_folder.Path, _folder.Path);

        var only = Assert.Single(pairing.Cases);
        Assert.EndsWith("patient1.nii.gz", only.Image, StringComparison.Ordinal);
        Assert.EndsWith("patient1_gt.nii.gz", only.Label, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_named_outright_are_a_pair_whatever_their_names()
    {
        var image = _folder.File("scan.nii.gz");
        var label = _folder.File("organs-of-that-scan.nii.gz");

        var only = Assert.Single(CasePairing.Find(image, label).Cases);

        Assert.Equal(("scan", image, label), (only.CaseId, only.Image, only.Label));
    }

    [Fact]
    public void A_pattern_matches_within_one_folder_and_two_stars_any_below()
    {
        _folder.File("a/one_t1.nii.gz");
        _folder.File("a/one_t2.nii.gz");
        _folder.File("a/b/two_t1.nii.gz");

        var flat = CasePairing.Find(Path.Combine(_folder.Path, "a", "*_t1.nii.gz"), null);
        var deep = CasePairing.Find(Path.Combine(_folder.Path, "**", "*_t1.nii.gz"), null);
        var oneFolder = CasePairing.Find(Path.Combine(_folder.Path, "?", "*.nii.gz"), null);

        Assert.Equal(["one_t1"], flat.Cases.Select(c => c.CaseId));
        Assert.Equal(["one_t1", "two_t1"], deep.Cases.Select(c => c.CaseId));
        Assert.Equal(["one_t1", "one_t2"], oneFolder.Cases.Select(c => c.CaseId));
    }

    [Fact]
    public void An_empty_folder_is_refused_by_its_name()
    {
        var images = _folder.Folder("images");

        var refusal = Assert.Throws<HermesException>(() => CasePairing.Find(images, images));

        Assert.Contains(images, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(images, refusal.File);
    }

    [Theory]
    [InlineData("nothing-there")]
    [InlineData("nothing-*.nii.gz")]
    public void What_is_not_there_is_refused_by_its_name(string name)
    {
        var refusal = Assert.Throws<HermesException>(() => CasePairing.Find(Path.Combine(_folder.Path, name), null));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_images_of_the_same_stem_are_refused_by_their_names()
    {
        _folder.File("case.nii.gz");
        _folder.File("case_0000.nii.gz");

        var refusal = Assert.Throws<HermesException>(() => CasePairing.Find(_folder.Path, null));

        Assert.Contains("case.nii.gz", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("case_0000.nii.gz", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_pair_at_all_is_refused()
    {
        _folder.File("images/a.nii.gz");
        _folder.File("images/b.nii.gz");
        _folder.File("labels/c.nii.gz");

        var refusal = Assert.Throws<HermesException>(
            () => CasePairing.Find(Path.Combine(_folder.Path, "images"), Path.Combine(_folder.Path, "labels")));

        Assert.Contains("a.nii.gz", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("c.nii.gz", refusal.Message, StringComparison.Ordinal);
    }
}
