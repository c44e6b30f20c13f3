using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using CsCheck;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;

namespace Hermes.Client.Tests.Datasets;

public sealed partial class CasePairingTests : IDisposable
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

    [Fact]
    public void A_name_that_was_composed_and_one_that_was_taken_apart_are_the_same()
    {
        _folder.File("images/Sch\u00e4del.nii.gz");
        _folder.File("labels/Scha\u0308del.nii.gz");
        _folder.File("images/\ud55c.nii.gz");
        _folder.File("labels/\u1112\u1161\u11ab.nii.gz");

        var pairing = CasePairing.Find(_folder.At("images"), _folder.At("labels"));
        var matched = CasePairing.Find(_folder.At("labels/Sch\u00e4*.nii.gz"), null);

        Assert.Equal(["Sch\u00e4del", "\ud55c"], pairing.Cases.Select(c => c.CaseId));
        Assert.All(pairing.Cases, c => Assert.True(File.Exists(c.Image) && File.Exists(c.Label)));
        Assert.Equal("Sch\u00e4del", Assert.Single(matched.Cases).CaseId);
    }

    [Fact]
    public void Hidden_files_are_passed_over_and_counted()
    {
        foreach (var name in new[] { "a.nii.gz", "._a.nii.gz", ".DS_Store", "Thumbs.db", "a.json", "__MACOSX/._a.nii.gz", "sub/._b.nii.gz", ".cache/c.nii.gz", "sub/b.nii.gz" })
        {
            _folder.File($"images/{name}");
        }

        var folder = CasePairing.Find(_folder.At("images"), null);
        var pattern = CasePairing.Find(_folder.At("images/**/*.nii.gz"), null);

        Assert.Equal("a", Assert.Single(folder.Cases).CaseId);
        Assert.Equal([".DS_Store", "._a.nii.gz", "Thumbs.db"], folder.PassedOver.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["a", "b"], pattern.Cases.Select(c => c.CaseId));
        Assert.Equal(4, pattern.PassedOver.Count);
    }

    [Fact]
    public void Links_that_lead_nowhere_or_in_a_circle_are_named_all_at_once()
    {
        _folder.File("images/a.nii.gz");
        _folder.File("labels/a.nii.gz");
        File.CreateSymbolicLink(_folder.At("images/gone.nii.gz"), "/nowhere/gone.nii.gz");
        File.CreateSymbolicLink(_folder.At("images/round.nii.gz"), _folder.At("labels/round.nii.gz"));
        File.CreateSymbolicLink(_folder.At("labels/round.nii.gz"), _folder.At("images/round.nii.gz"));
        File.CreateSymbolicLink(_folder.At("images/sound.nii.gz"), _folder.At("images/a.nii.gz"));

        var refusal = Assert.Throws<HermesException>(() => CasePairing.Find(_folder.At("images"), _folder.At("labels")));
        var single = Assert.Throws<HermesException>(() => CasePairing.Find(_folder.At("images/gone.nii.gz"), null));

        Assert.Collection(
            refusal.Message.Split('\n'),
            line => Assert.Equal("3 files cannot be read:", line),
            line => Assert.Equal($"  {_folder.At("images/gone.nii.gz")} is a link to /nowhere/gone.nii.gz, which does not exist.", line),
            line => Assert.Equal($"  {_folder.At("images/round.nii.gz")} is a link to {_folder.At("labels/round.nii.gz")} that leads in a circle.", line),
            line => Assert.Equal($"  {_folder.At("labels/round.nii.gz")} is a link to {_folder.At("images/round.nii.gz")} that leads in a circle.", line));
        Assert.Equal($"{_folder.At("images/gone.nii.gz")} is a link to /nowhere/gone.nii.gz, which does not exist.", single.Message);
    }

    [Fact]
    public void A_folder_that_links_to_its_parent_is_walked_once()
    {
        _folder.File("a/one.nii.gz");
        Directory.CreateSymbolicLink(_folder.At("a/up"), _folder.Path);

        Assert.Single(CasePairing.Find(_folder.At("**/*.nii.gz"), null).Cases);
    }

    [Fact]
    public void A_second_channel_is_called_one_and_a_numbered_case_is_none()
    {
        foreach (var name in new[] { "p1_0000", "p1_0001", "p1_0002", "p2_0001", "scan_0000", "scan_0001", "alone_0001" })
        {
            _folder.File($"images/{name}.nii.gz");
        }

        foreach (var name in new[] { "p1", "p2", "scan_0000", "scan_0001" })
        {
            _folder.File($"labels/{name}.nii.gz");
        }

        var pairing = CasePairing.Find(_folder.At("images"), _folder.At("labels"));

        Assert.Equal(["p1", "scan", "scan_0001"], pairing.Cases.Where(c => c.Label is not null).Select(c => c.CaseId));
        Assert.Equal(["p1_0001.nii.gz", "p1_0002.nii.gz", "p2_0001.nii.gz"], pairing.SecondChannels.Select(Path.GetFileName));
        Assert.EndsWith("alone_0001.nii.gz", Assert.Single(pairing.ImagesWithoutLabel), StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_may_not_be_looked_into_is_told_and_not_left_out()
    {
        _folder.File("scans/a/ct.nii.gz");
        _folder.File("scans/b/ct.nii.gz");
        _folder.File("scans/.trash/ct.nii.gz");
        string[] closed = [_folder.At("scans/b"), _folder.At("scans/.trash")];
        File.SetUnixFileMode(_folder.Path, Open);
        Array.ForEach(closed, folder => File.SetUnixFileMode(folder, UnixFileMode.None));
        try
        {
            var found = AsNobody(() => Record.Exception(() => CasePairing.Find(_folder.At("scans/*/ct.nii.gz"), null)));
            var place = AsNobody(() => Record.Exception(() => CasePairing.Find(_folder.At("scans/b"), null)));

            Assert.Equal($"{closed[0]} may not be looked into by this user.", Assert.IsType<HermesException>(found).Message);
            Assert.Equal(found.Message, Assert.IsType<HermesException>(place).Message);
        }
        finally
        {
            Array.ForEach(closed, folder => File.SetUnixFileMode(folder, Open));
        }
    }

    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Runs on a thread for which the rights of nobody count, where this process is root's, who may do everything.</summary>
    private static T AsNobody<T>(Func<T> look)
    {
        T result = default!;
        var thread = new Thread(() =>
        {
            if (Environment.IsPrivilegedProcess)
            {
                _ = SetFileSystemUser(65534);
            }

            result = look();
        });
        thread.Start();
        thread.Join();
        return result;
    }

    /// <summary>Counts for the calling thread alone.</summary>
    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint user);
}
