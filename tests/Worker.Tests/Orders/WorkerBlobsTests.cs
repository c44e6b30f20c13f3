using System.Text;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Worker.Orders;

namespace Hermes.Worker.Tests.Orders;

/// <summary>Local files in, local files out; nothing damaged comes in and nothing half written stays.</summary>
public sealed class WorkerBlobsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileBlobStore _store;
    private readonly WorkerBlobs _blobs;

    public WorkerBlobsTests()
    {
        _store = FileBlobStore.OfPlatform(_folder.At("data"));
        _store.PrepareAsync().GetAwaiter().GetResult();
        _blobs = new WorkerBlobs(_store, _folder.At("tmp"), new Cache(_folder.At("cache"), TimeProvider.System));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_stored_comes_back_from_a_file_and_the_temporary_one_is_gone()
    {
        var blob = _blobs.Store(MediaTypes.JsonLines, ".jsonl", path => File.WriteAllText(path, "a line\n"));

        Assert.Equal(7, blob.Length);
        Assert.Equal(BlobDigest.Of(Encoding.UTF8.GetBytes("a line\n"), _store.Site, MediaTypes.JsonLines), blob);
        Assert.Equal("a line\n", _blobs.Read(blob, File.ReadAllText));
        Assert.Empty(Directory.GetFiles(_folder.At("tmp")));
    }

    [Fact]
    public void A_writer_that_fails_leaves_no_file_and_no_blob()
    {
        Assert.Throws<InvalidOperationException>(() => _blobs.Store(MediaTypes.JsonLines, ".jsonl", path =>
        {
            File.WriteAllText(path, "half a li");
            throw new InvalidOperationException("no more");
        }));

        Assert.Empty(Directory.GetFiles(_folder.At("tmp")));
        Assert.DoesNotContain(Directory.GetFiles(_folder.At("data"), "*", SearchOption.AllDirectories), file => new FileInfo(file).Length == 9);
    }

    [Fact]
    public void A_copy_that_gave_way_before_it_was_opened_is_fetched_once_more()
    {
        var blob = _blobs.Store(MediaTypes.JsonLines, ".jsonl", path => File.WriteAllText(path, "a line\n"));
        var (file, away, reads) = (_store.TryGetLocalPath(blob)!, _folder.At("away"), 0);

        var read = _blobs.Read(blob, path =>
        {
            if (++reads == 1)
            {
                File.Move(file, away);
                try
                {
                    return File.ReadAllText(path);
                }
                finally
                {
                    // After it was seen to be missing.
                    File.Move(away, file);
                }
            }

            return File.ReadAllText(path);
        });

        Assert.Equal(("a line\n", 2), (read, reads));
    }

    [Fact]
    public void What_the_system_refuses_to_read_now_passes_and_is_no_damage()
    {
        var blob = _blobs.Store(MediaTypes.JsonLines, ".jsonl", path => File.WriteAllText(path, "a line\n"));

        var refusal = Assert.Throws<HermesException>(() => _blobs.Read<int>(blob, _ => throw new IOException("Too many open files", 24)));

        Assert.True(refusal.IsPassing);
        Assert.Contains($"Blob {blob.Sha256} cannot be read now: Too many open files", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<EndOfStreamException>(() => _blobs.Read<int>(blob, _ => throw new EndOfStreamException()));
    }

    [Fact]
    public void A_damaged_blob_is_not_handed_out()
    {
        var blob = _blobs.Store(MediaTypes.JsonLines, ".jsonl", path => File.WriteAllText(path, "a line\n"));
        var file = _store.TryGetLocalPath(blob)!;
        File.SetAttributes(file, FileAttributes.Normal);
        File.WriteAllText(file, "a lime\n");

        Assert.Contains(blob.Sha256, Assert.Throws<HermesException>(() => _blobs.Read(blob, File.ReadAllText)).Message, StringComparison.Ordinal);
    }
}
