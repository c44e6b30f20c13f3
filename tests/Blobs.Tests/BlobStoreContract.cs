using System.Text;
using CsCheck;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs.Tests;

/// <summary>What every store promises; a store's test class derives from this and creates its own kind.</summary>
public abstract class BlobStoreContract
{
    protected abstract IBlobStore Store { get; }

    [Fact]
    public Task What_was_put_is_read_back() => Gen.Byte.Array[0, 5000].SampleAsync(
        async content =>
        {
            var blob = BlobOf(content);

            await Store.PutStreamAsync(blob, new MemoryStream(content));

            Assert.Equal(content, await Store.ReadVerifiedAsync(blob));
        },
        iter: 40,
        threads: 1);

    [Fact]
    public async Task What_is_not_put_or_renewed_any_more_is_collected_and_nothing_else()
    {
        var (old, renewed) = (BlobOf("old"u8.ToArray()), BlobOf("renewed"u8.ToArray()));
        await Store.PutStreamAsync(old, new MemoryStream("old"u8.ToArray()));
        await Store.PutStreamAsync(renewed, new MemoryStream("renewed"u8.ToArray()));
        var listed = Store.List().ToList();
        await Task.Delay(20);
        var before = TimeProvider.System.GetUtcNow();
        Assert.True(await Store.RenewAsync(renewed));

        var collected = listed.Where(blob => Store.Collect(blob, before)).Select(blob => blob.Sha256);

        Assert.Equal([old.Sha256], collected);
        Assert.False(await Store.RenewAsync(old));
        Assert.Equal("renewed"u8.ToArray(), await Store.ReadVerifiedAsync(renewed));
        Assert.Equal(renewed.Sha256, Assert.Single(Store.List()).Sha256);
        Assert.False(Store.Collect(listed.Single(blob => blob.Sha256 == old.Sha256), before));
    }

    [Fact]
    public async Task The_list_goes_on_after_any_digest()
    {
        for (byte i = 0; i < 20; i++)
        {
            await Store.PutStreamAsync(BlobOf([i]), new MemoryStream([i]));
        }

        var all = Store.List().Select(b => b.Sha256).ToList();

        Assert.Equal(20, all.Count);
        Assert.Equal(all.Order(StringComparer.Ordinal), all);
        Assert.All(all.Index(), one => Assert.Equal(all.Skip(one.Index + 1), Store.List(one.Item).Select(b => b.Sha256)));
    }

    [Fact]
    public async Task A_stored_file_lies_under_its_digest()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "a volume");
        var blob = await BlobDigest.OfFileAsync(path, Store.Site, MediaTypes.Nifti);

        await Store.PutFileAsync(blob, path);
        File.Delete(path);

        Assert.Equal("a volume"u8.ToArray(), await Store.ReadVerifiedAsync(blob));
        await Store.VerifyAsync(blob);
    }

    [Fact]
    public async Task Putting_twice_is_one_blob()
    {
        var blob = BlobOf("twice"u8.ToArray());

        await Store.PutStreamAsync(blob, new MemoryStream("twice"u8.ToArray()));
        await Store.PutStreamAsync(blob, new MemoryStream("twice"u8.ToArray()));

        Assert.True(await Store.ExistsAsync(blob));
    }

    [Theory]
    [InlineData("other!", "has the digest|have the digest")]
    [InlineData("short", "only 5 came")]
    [InlineData("too long", "more came")]
    public async Task Bytes_other_than_announced_are_refused_and_not_kept(string sent, string sentence)
    {
        var blob = BlobOf("expect"u8.ToArray());

        var refusal = await Assert.ThrowsAsync<HermesException>(
            () => Store.PutStreamAsync(blob, new MemoryStream(Encoding.UTF8.GetBytes(sent))));

        Assert.Matches(sentence, refusal.Message);
        Assert.False(await Store.ExistsAsync(blob));
    }

    [Fact]
    public async Task A_missing_blob_is_named()
    {
        var blob = BlobOf("never stored"u8.ToArray());

        var refusal = await Assert.ThrowsAsync<HermesException>(() => Store.ReadVerifiedAsync(blob));

        Assert.Contains(blob.Sha256, refusal.Message, StringComparison.Ordinal);
        Assert.False(await Store.ExistsAsync(blob));
        Assert.Null(Store.TryGetLocalPath(blob));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("")]
    public async Task A_malformed_digest_never_becomes_a_place(string digest)
    {
        var blob = new BlobRef(Store.Site, digest, 1, MediaTypes.Json);

        await Assert.ThrowsAsync<HermesException>(() => Store.ReadVerifiedAsync(blob));
        await Assert.ThrowsAsync<HermesException>(() => Store.PutStreamAsync(blob, new MemoryStream([1])));
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_and_deleting_again_is_no_error()
    {
        var blob = BlobOf("delete me"u8.ToArray());
        await Store.PutStreamAsync(blob, new MemoryStream("delete me"u8.ToArray()));

        await Store.DeleteAsync(blob);
        await Store.DeleteAsync(blob);

        Assert.False(await Store.ExistsAsync(blob));
    }

    [Fact]
    public async Task Many_writers_of_one_blob_agree()
    {
        var content = new byte[300_000];
        content.AsSpan().Fill(7);
        var blob = BlobOf(content);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.PutStreamAsync(blob, new MemoryStream(content)))));

        await Store.VerifyAsync(blob);
    }

    [Fact]
    public async Task Equal_documents_are_one_blob()
    {
        var first = await Store.PutJsonAsync<IReadOnlyList<int>>([1, 2, 3]);
        var second = await Store.PutJsonAsync(new[] { 1, 2, 3 });

        Assert.Equal(first, second);
        var read = await Store.GetJsonAsync<int[]>(first);
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public async Task A_blob_above_the_limit_is_not_read_into_memory()
    {
        var blob = BlobOf(new byte[100]);
        await Store.PutStreamAsync(blob, new MemoryStream(new byte[100]));

        var refusal = await Assert.ThrowsAsync<HermesException>(() => Store.ReadVerifiedAsync(blob, limit: 99));

        Assert.Contains("at most 99", refusal.Message, StringComparison.Ordinal);
    }

    protected BlobRef BlobOf(byte[] content) => BlobDigest.Of(content, Store.Site, MediaTypes.Nifti);
}
