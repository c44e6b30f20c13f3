using System.Text.Json;
using System.Text.RegularExpressions;
using Hermes.Blobs;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Worker.Orders;

namespace Hermes.Worker.Tests.Orders;

/// <summary>The folders in <c>../shared/data/cases</c>, made after reports of what users had, through the real pairing and the real ingest.</summary>
public sealed class CaseFoldersTests(CaseFoldersTests.Ingests ingests) : IClassFixture<CaseFoldersTests.Ingests>
{
    public static TheoryData<string, string[]> Refused => new()
    {
        { "01-float-label-noise", [] },
        { "08-qform-only-and-split", [] },
        { "12-one-slice", [] },
        { "13-extreme-anisotropy", [] },
        { "14-constant-image", ["c1", "c2"] },
        { "16-structure-never-present", [] },
        { "17-labels-sparse-over-255", [] },
        { "18-unlisted-and-negative-label", ["c2", "c3", "c4"] },
        { "19-odd-number-types", [] },
        { "22-dots-spaces-unicode", [] },
        { "23-composed-decomposed-name", [] },
        { "24-gz-name-not-gzip", ["c3"] },
        { "25-gzip-members-trailing", ["c5"] },
        { "27-mac-windows-litter", [] },
        { "31-4d-last-one", ["c3"] },
        { "32-colour-and-complex", ["c1", "c2", "c3"] },
        { "33-ct-offset-and-slope", [] },
        { "36-shape-differs", ["c1", "c2"] },
    };

    [SkippableFact]
    public void Every_folder_is_tried() => Assert.Equal(
        Refused.Select(row => (string)row[0]),
        Directory.GetDirectories(SharedFolder.Require("data", "cases")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal));

    [SkippableTheory]
    [MemberData(nameof(Refused))]
    public async Task Wrong_cases_are_refused_and_all_others_have_the_voxels_that_were_drawn(string folder, string[] refused)
    {
        var (_, found) = await ingests.OfAsync(folder);

        Assert.Equal(refused, found.Where(f => f.Facts is null).Select(f => f.CaseId));
        var compared = 0;
        using var description = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedFolder.Require("data", "cases", folder), "case.json")));
        foreach (var truth in description.RootElement.GetProperty("truth").EnumerateObject())
        {
            if (found.SingleOrDefault(f => f.CaseId == CasePairing.Stem(truth.Name, isLabel: true)) is { Facts: { } facts })
            {
                var voxelMl = facts.SpacingMm.Aggregate((a, b) => a * b) / 1000;
                var drawn = truth.Value.GetProperty("voxels").EnumerateObject().ToDictionary(v => int.Parse(v.Name), v => v.Value.GetInt64());
                Assert.Equal(drawn, facts.LabelVolumesMl.ToDictionary(v => v.Key, v => (long)Math.Round(v.Value / voxelMl)));
                Assert.Equal(truth.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()).Append(1).Take(3), facts.Size);
                compared++;
            }
        }

        Assert.Equal(found.Count(f => f.Facts is not null), compared);
    }

    [SkippableTheory]
    [InlineData("14-constant-image", "c1", "images/c1.nii.gz: found the same intensity")]
    [InlineData("18-unlisted-and-negative-label", "c2", "labels/c2.nii.gz: found the value -1 in 57 voxels, expected only labels of the label table (1 liver, 2 spleen).")]
    [InlineData("18-unlisted-and-negative-label", "c3", "labels/c3.nii.gz: found label 7 in 31 voxels, expected")]
    [InlineData("18-unlisted-and-negative-label", "c4", "which looks like an image")]
    [InlineData("24-gz-name-not-gzip", "c3", "images/c3.nii.gz: found text that begins with '<")]
    [InlineData("25-gzip-members-trailing", "c5", "images/c5.nii.gz: found a damaged or incomplete gzip stream")]
    [InlineData("31-4d-last-one", "c3", "images/c3.nii.gz: found 3 volumes in one file (32×32×24×3)")]
    [InlineData("32-colour-and-complex", "c1", "images/c1.nii.gz: found a colour image (RGB)")]
    [InlineData("32-colour-and-complex", "c2", "images/c2.nii.gz: found a colour image (RGBA)")]
    [InlineData("32-colour-and-complex", "c3", "images/c3.nii.gz: found complex numbers")]
    [InlineData("36-shape-differs", "c1", "32×32×24 voxels of")]
    [InlineData("36-shape-differs", "c2", "32×32×23 voxels of")]
    public async Task A_refusal_names_the_file_and_what_was_found(string folder, string id, string sentence)
    {
        var (_, found) = await ingests.OfAsync(folder);

        Assert.Contains(sentence, Assert.Single(found.Single(f => f.CaseId == id).Problems).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("01-float-label-noise", "c1", "no whole numbers and were rounded; the largest deviation is 0.0001")]
    [InlineData("08-qform-only-and-split", "c3", "sform and qform disagree by 11.58 mm; the sform was used")]
    [InlineData("16-structure-never-present", "c4", "no voxel is labelled")]
    [InlineData("33-ct-offset-and-slope", "c5", "nothing lies below 0 HU")]
    public async Task What_is_unusual_is_warned_of(string folder, string id, string sentence)
    {
        var (_, found) = await ingests.OfAsync(folder);

        Assert.Contains(found.Single(f => f.CaseId == id).Facts!.Warnings, w => w.Contains(sentence, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_structure_that_occurs_nowhere_is_told()
    {
        var (labels, found) = await ingests.OfAsync("16-structure-never-present");

        var missing = LabelCoverage.Missing(labels, found.SelectMany(f => f.Facts!.LabelVolumesMl.Keys).ToHashSet(), found.Count);

        Assert.StartsWith("pancreas (label 3) occurs in 0 of 4 cases", Assert.Single(missing), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_offset_or_a_slope_that_is_none_gives_the_same_hounsfield_range()
    {
        var (_, found) = await ingests.OfAsync("33-ct-offset-and-slope");

        var ranges = found.ToDictionary(f => f.CaseId, f => (f.Facts!.Minimum, f.Facts.Maximum));
        Assert.All((string[])["c2", "c3", "c4"], id => Assert.Equal(ranges["c1"], ranges[id]));
        Assert.InRange(ranges["c1"].Minimum, -1100, -900);
        Assert.All(found.Where(f => f.CaseId != "c5"), f => Assert.Empty(f.Facts!.Warnings));
    }

    [SkippableFact]
    public async Task Several_gzip_members_are_read_to_the_last_voxel()
    {
        var (_, found) = await ingests.OfAsync("25-gzip-members-trailing");

        foreach (var one in found.Where(f => f.Facts is not null))
        {
            var plain = NiftiReader.ReadImage(Path.Combine(SharedFolder.Require("data", "cases", "25-gzip-members-trailing"), "plain", one.CaseId + ".nii.gz"));
            var stored = ingests.Store.TryGetLocalPath(one.Facts!.Image)!;
            Assert.Equal(plain.Volume.Voxels, NiftiReader.ReadImage(stored).Volume.Voxels);
        }
    }

    [SkippableFact]
    public void Litter_is_passed_over_and_counted()
    {
        var pairing = Pair("27-mac-windows-litter");

        Assert.Equal(["c1", "c2", "c3"], pairing.Cases.Select(c => c.CaseId));
        Assert.Equal(14, pairing.PassedOver.Count);
    }

    [SkippableFact]
    public void What_has_no_partner_is_listed()
    {
        var pairing = Pair("36-shape-differs");

        Assert.EndsWith("c5.nii.gz", Assert.Single(pairing.ImagesWithoutLabel), StringComparison.Ordinal);
        Assert.EndsWith("c9.nii.gz", Assert.Single(pairing.LabelsWithoutImage), StringComparison.Ordinal);
    }

    private static CasePairing Pair(string folder) => CasePairing.Find(
        SharedFolder.Require("data", "cases", folder, "images"), SharedFolder.Require("data", "cases", folder, "labels"));

    public sealed record Finding(string CaseId, CaseFacts? Facts, IReadOnlyList<Failure> Problems);

    /// <summary>Every folder is ingested once, for all tests.</summary>
    public sealed class Ingests : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Dictionary<string, (IReadOnlyList<LabelEntry> Labels, List<Finding> Found)> _done = [];

        public Ingests()
        {
            Store = FileBlobStore.OfPlatform(_folder.At("data"));
            Store.PrepareAsync().GetAwaiter().GetResult();
        }

        internal FileBlobStore Store { get; }

        public void Dispose() => _folder.Dispose();

        public async Task<(IReadOnlyList<LabelEntry> Labels, List<Finding> Found)> OfAsync(string folder)
        {
            if (_done.TryGetValue(folder, out var done))
            {
                return done;
            }

            var root = SharedFolder.Require("data", "cases", folder);
            using var description = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(root, "case.json")));
            var modality = Regex.Match(description.RootElement.GetProperty("command").GetString()!, "--modality ([a-z0-9]+)").Groups[1].Value;
            var labels = LabelNames.Read(Path.Combine(root, "names.json"), "cases");
            var ingest = new IngestExecutor(new WorkerBlobs(Store, _folder.At("tmp"), new Cache(_folder.At("cache"), TimeProvider.System)), VolumeLimits.Default);
            var found = new List<Finding>();
            foreach (var files in Pair(folder).Cases.Where(c => c.Label is not null))
            {
                var order = new IngestOrder
                {
                    OrderId = files.CaseId,
                    Modality = modality,
                    Labels = labels,
                    Case = new CaseSource
                    {
                        CaseId = files.CaseId,
                        Patient = files.Patient,
                        Image = await StoreAsync(files.Image),
                        Label = await StoreAsync(files.Label!),
                        ImageFile = files.Image,
                        LabelFile = files.Label,
                    },
                };
                try
                {
                    found.Add(new Finding(files.CaseId, ingest.Execute(order, CancellationToken.None), []));
                }
                catch (CaseRefusedException refused)
                {
                    found.Add(new Finding(files.CaseId, null, refused.Problems));
                }
            }

            return _done[folder] = (labels, found);
        }

        private async Task<BlobRef> StoreAsync(string file)
        {
            var content = await File.ReadAllBytesAsync(file);
            var blob = BlobDigest.Of(content, Store.Site, MediaTypes.NiftiGz);
            await Store.PutStreamAsync(blob, new MemoryStream(content));
            return blob;
        }
    }
}
