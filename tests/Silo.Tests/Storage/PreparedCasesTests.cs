using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Storage;

public sealed class PreparedCasesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_made_of_blobs_that_another_silo_removed_goes_and_the_rest_stays()
    {
        var blobs = new FileBlobStore(_folder.At("blobs"));
        await blobs.PrepareAsync();
        var (image, label) = (await PutAsync(blobs, "an image"), await PutAsync(blobs, "a label"));
        var gone = BlobDigest.Of("gone"u8, "local", MediaTypes.NiftiGz);
        string[] kept =
        [
            _folder.File($"cache/plan/ct-{image.Sha256[..24]}-{label.Sha256[..24]}.case"), _folder.File($"cache/blobs/blob-{image.Sha256}"), _folder.File($"cache/uploads/{gone.Sha256}"),
        ];
        string[] stray = [_folder.File($"cache/plan/ct-{image.Sha256[..24]}-{gone.Sha256[..24]}.case"), _folder.File($"cache/blobs/blob-{gone.Sha256}")];

        await new PreparedCases(_folder.At("cache")).RemoveStrayAsync(blobs, default);

        Assert.All(kept, file => Assert.True(File.Exists(file), file));
        Assert.All(stray, file => Assert.False(File.Exists(file), file));
    }

    private static async Task<BlobRef> PutAsync(FileBlobStore blobs, string content)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        var blob = BlobDigest.Of(bytes, "local", MediaTypes.NiftiGz);
        await blobs.PutStreamAsync(blob, new MemoryStream(bytes));
        return blob;
    }
}
