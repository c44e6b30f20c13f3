using System.Security.Cryptography;
using Hermes.Client.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Client.Tests.Blobs;

public sealed class BlobClientTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private TestPlatform _platform = null!;
    private HermesClient _client = null!;

    public async Task InitializeAsync()
    {
        _platform = await TestPlatform.StartAsync();
        _client = await HermesClient.ConnectAsync(_platform.Address);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _platform.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_sent_once_and_comes_back_as_it_was()
    {
        var file = Random("scan.nii.gz", 3_000_000);
        var progress = new List<TransferProgress>();

        var blob = await _client.Blobs.UploadAsync(file, new Collected(progress));
        var again = await _client.Blobs.UploadAsync(file);
        var back = Path.Combine(_folder.Path, "back.nii.gz");
        await _client.Blobs.DownloadAsync(blob, back);

        Assert.Equal(blob, again);
        Assert.Equal(new BlobRef("local", Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), 3_000_000, MediaTypes.NiftiGz), blob);
        Assert.Equal(1, _platform.Puts);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(back));
        Assert.Contains(progress, p => p is { Stage: TransferStage.Hash, Done: 3_000_000 });
        Assert.Contains(progress, p => p is { Stage: TransferStage.Upload, Done: 3_000_000 });
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_was()
    {
        var blob = await _client.Blobs.UploadAsync(Random("scan.nii.gz", 100_000));
        _platform.CutDownloads = 2;
        var back = Path.Combine(_folder.Path, "back.nii.gz");

        await _client.Blobs.DownloadAsync(blob, back);

        Assert.Equal(_platform.Blobs[blob.Sha256], File.ReadAllBytes(back));
        Assert.Equal([100_000, 100_000, 50_000, 25_000], _platform.Sizes);
    }

    [Fact]
    public async Task A_large_upload_that_breaks_off_goes_on_where_it_was()
    {
        const int Length = 9 << 20;
        _platform.CutUploads = 1;
        var file = Random("scan.nii.gz", Length);

        var blob = await _client.Blobs.UploadAsync(file);

        Assert.Equal([Length, Length / 2], _platform.Sizes);
        Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(_platform.Blobs[blob.Sha256]));
    }

    [Fact]
    public async Task A_file_that_appeared_meanwhile_is_replaced_only_where_that_was_said()
    {
        var blob = await _client.Blobs.UploadAsync(Random("scan.nii.gz", 1000));
        var back = _folder.File("back/back.nii.gz", "what was there");

        var refusal = await Assert.ThrowsAsync<HermesException>(() => _client.Blobs.DownloadAsync(blob, back, replace: false));

        Assert.Equal(back, refusal.File);
        Assert.Equal("what was there", File.ReadAllText(back));
        Assert.Equal([back], Directory.GetFiles(Path.GetDirectoryName(back)!));
    }

    [Fact]
    public async Task Damaged_bytes_never_become_a_file()
    {
        var blob = await _client.Blobs.UploadAsync(Random("scan.nii.gz", 100_000));
        _platform.Blobs[blob.Sha256][50_000] ^= 1;
        var back = _folder.File("back/back.nii.gz", "what was there");

        var refusal = await Assert.ThrowsAsync<HermesException>(() => _client.Blobs.DownloadAsync(blob, back));

        Assert.Equal(back, refusal.File);
        Assert.Equal("what was there", File.ReadAllText(back));
        Assert.Equal([back], Directory.GetFiles(Path.GetDirectoryName(back)!));
    }

    [Fact]
    public async Task A_refusal_of_the_platform_arrives_with_its_file_and_hint()
    {
        var unknown = new BlobRef("local", new string('a', 64), 1, MediaTypes.NiftiGz);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => _client.Blobs.DownloadAsync(unknown, Path.Combine(_folder.Path, "x")));

        Assert.Equal(("The store does not hold it.", "some-file", "Send it."), (refusal.Message, refusal.File, refusal.Hint));
    }

    [Fact]
    public async Task A_file_that_changed_since_it_was_hashed_is_not_sent()
    {
        var file = Random("scan.nii.gz", 1000);
        var blob = await _client.Blobs.HashAsync(file);
        File.AppendAllText(file, "more");

        var refusal = await Assert.ThrowsAsync<HermesException>(() => _client.Blobs.UploadAsync(file, blob));

        Assert.Contains("changed", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, _platform.Puts);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var file = Path.Combine(_folder.Path, "none.nii.gz");

        Assert.Equal(file, (await Assert.ThrowsAsync<HermesException>(() => _client.Blobs.HashAsync(file))).File);
    }

    private string Random(string name, int length)
    {
        var file = Path.Combine(_folder.Path, name);
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private sealed class Collected(List<TransferProgress> list) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => list.Add(value);
    }
}
