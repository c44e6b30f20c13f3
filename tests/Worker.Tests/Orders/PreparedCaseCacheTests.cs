using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Imaging.Phantoms;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Worker.Orders;

namespace Hermes.Worker.Tests.Orders;

/// <summary>A prepared case is computed once, and again whenever what lies there is not it.</summary>
public sealed class PreparedCaseCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Cache _files;
    private readonly WorkerBlobs _blobs;
    private readonly PreparedCaseCache _cache;
    private readonly PreprocessingPlan _plan = new() { Spacing = new GridSpacing(4, 4, 4) };

    public PreparedCaseCacheTests()
    {
        var store = FileBlobStore.OfPlatform(_folder.At("data"));
        store.PrepareAsync().GetAwaiter().GetResult();
        _files = new Cache(_folder.At("cache"), TimeProvider.System);
        _blobs = new WorkerBlobs(store, _folder.At("tmp"), _files);
        _cache = new PreparedCaseCache(_files, _blobs, VolumeLimits.Default);
    }

    private string CachedFile => Assert.Single(Directory.GetFiles(_folder.At("cache"), "*.case", SearchOption.AllDirectories));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_case_that_was_prepared_is_opened_without_its_volumes_and_counts_as_used()
    {
        var record = Case(1);
        using (Open(record))
        {
        }

        var longAgo = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
        File.SetLastWriteTimeUtc(CachedFile, longAgo);
        Directory.Delete(_folder.At("data"), recursive: true);
        using var again = Open(record);

        Assert.Equal("one", again.Header.CaseId);
        Assert.InRange(File.GetLastWriteTimeUtc(CachedFile), longAgo.AddHours(23), DateTime.MaxValue);
    }

    [Fact]
    public void A_case_that_is_open_here_is_never_taken_from_itself_for_room()
    {
        var record = Case(1);
        using (Open(record))
        {
            File.SetLastWriteTimeUtc(CachedFile, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
            Assert.Throws<HermesException>(() => Full());
            Assert.True(File.Exists(CachedFile));
        }

        Assert.Throws<HermesException>(() => Full());
        Assert.Empty(Directory.GetFiles(_folder.At("cache"), "*.case", SearchOption.AllDirectories));

        int Full() => _files.WithRoom<int>(() => throw DiskFull.Refusal("it is."));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(-1)]
    public void A_cut_off_case_is_prepared_again(int length)
    {
        var record = Case(1);
        using (Open(record))
        {
        }

        var whole = File.ReadAllBytes(CachedFile);
        File.WriteAllBytes(CachedFile, whole[..(length < 0 ? ^1 : length)]);
        using (Open(record))
        {
        }

        Assert.Equal(whole, File.ReadAllBytes(CachedFile));
    }

    [Fact]
    public void The_file_of_another_case_under_its_name_is_not_taken_for_it()
    {
        string name;
        using (Open(Case(1)))
        {
            name = CachedFile;
        }

        var other = Case(2);
        using (Open(other))
        {
        }

        var theirs = Directory.GetFiles(_folder.At("cache"), "*.case", SearchOption.AllDirectories).Single(file => file != name);
        File.Copy(name, theirs, overwrite: true);
        using var found = Open(other);

        Assert.Equal(other.Facts.Image.Sha256, found.Header.ImageDigest);
    }

    [Fact]
    public void A_case_without_labels_and_one_whose_volume_is_lost_are_refused_by_a_sentence()
    {
        var record = Case(1);
        var bare = record with { Facts = record.Facts with { Label = null } };
        Assert.Equal("Case one has no labels; it cannot be learned from.", Assert.Throws<HermesException>(() => Open(bare)).Message);

        Directory.Delete(_folder.At("data/blobs/sha256"), recursive: true);
        Assert.Contains(record.Facts.Image.Sha256[..12], Assert.Throws<HermesException>(() => Open(record)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("cache")) && Directory.EnumerateFiles(_folder.At("cache"), "*", SearchOption.AllDirectories).Any());
    }

    private PreparedCaseFile Open(CaseRecord record) => _cache.Open(_plan, _plan.Digest, "ct", record);

    private CaseRecord Case(int number)
    {
        var drawn = new PhantomGenerator(seed: 1).Generate(PhantomKind.Ct, number);
        var image = _blobs.Store(MediaTypes.NiftiGz, ".nii.gz", path => NiftiWriter.Write(path, drawn.Image));
        return new CaseRecord
        {
            CaseId = "one",
            Patient = "one",
            Split = Split.Train,
            SourceImageSha256 = image.Sha256,
            Facts = new CaseFacts
            {
                Image = image,
                Label = _blobs.Store(MediaTypes.NiftiGz, ".nii.gz", path => NiftiWriter.Write(path, drawn.Labels)),
                Size = [],
                SpacingMm = [],
                Orientation = CaseFacts.UnknownOrientation,
                Minimum = 0,
                Maximum = 1,
                LabelVolumesMl = new Dictionary<int, double>(),
                Warnings = [],
            },
        };
    }
}
