using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Silo.Tests.Storage;

/// <summary>Blobs are looked after in the same way wherever they lie.</summary>
public static class BlobCareTests
{
    public sealed class OfFiles : BlobCareContract
    {
        private FileBlobStore _store = null!;

        protected override async Task<IBlobStore> OpenAsync(TimeProvider clock)
        {
            _store = new FileBlobStore(Folder.At("blobs"), clock: clock);
            await _store.PrepareAsync();
            return _store;
        }

        protected override Task OverwriteAsync(BlobRef blob, string content) => File.WriteAllTextAsync(_store.TryGetLocalPath(blob)!, content);
    }

    public sealed class OfAzure(SharedAzurite shared) : BlobCareContract, IClassFixture<SharedAzurite>
    {
        private BlobContainerClient _container = null!;

        protected override async Task<IBlobStore> OpenAsync(TimeProvider clock)
        {
            _container = (await shared.ServerAsync()).NewContainer();
            var store = new AzureBlobStore(_container, Folder.At("copies"), clock: clock);
            await store.PrepareAsync();
            return store;
        }

        protected override async Task OverwriteAsync(BlobRef blob, string content) =>
            await _container.GetBlockBlobClient($"sha256/{blob.Sha256}").UploadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)));
    }
}
