using System.Text;
using CsCheck;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs.Tests;

/// <summary>What every store promises; a store's test class derives from this and creates its own kind.</summary>
public abstract class BlobStoreContract
{
    /// <summary>Where stores of different kinds begin to treat blobs differently.</summary>
    private const int Block = AzureBlobStore.BlockSize;

    protected abstract IBlobStore Store { get; }

    [SkippableFact]
    public Task What_was_put_is_read_back_from_any_place() => Gen.Select(Gen.Byte.Array[0, 5000], Gen.Int[0, 5000]).SampleAsync(
        async drawn =>
        {
            var (content, place) = (drawn.Item1, Math.Min(drawn.Item2, drawn.Item1.Length));
            var blob = BlobOf(content);

            await PutAsync(content);

            Assert.Equal(content, await Store.ReadVerifiedAsync(blob));
            Assert.Equal(content[place..], await ReadAsync(blob, place));
            Assert.Equal(content[(place / 2)..place], await Store.ReadRangeAsync(blob, place / 2, place - (place / 2)));
        },
        iter: 40,
        threads: 1);

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(Block + 1)]
    [InlineData(2 * Block)]
    [InlineData((2 * Block) + 7)]
    public async Task A_blob_of_any_size_comes_back_as_a_whole_in_part_and_as_a_file(int length)
    {
        var content = Content(length);
        var blob = await PutAsync(content);

        AssertSame(content, await Store.ReadVerifiedAsync(blob));
        AssertSame(content, await File.ReadAllBytesAsync(await Store.FetchAsync(blob)));
        AssertSame(content[(length / 3)..], await ReadAsync(blob, length / 3));
        Assert.Equal(length, Assert.Single(await ListAsync()).Length);
    }

    [SkippableFact]
    public async Task A_store_belongs_to_the_first_that_claims_it_until_another_takes_it_over()
    {
        await PutAsync(Content(9));

        Assert.Null(await Store.OwnerAsync());
        Assert.Equal("one", await Store.ClaimAsync("one"));
        Assert.Equal("one", await Store.ClaimAsync("two"));
        Assert.Equal("two", await Store.ClaimAsync("two", takeOver: true));
        Assert.Equal("two", await Store.ClaimAsync("one"));
        Assert.Equal("two", await Store.OwnerAsync());
        Assert.Single(await ListAsync());
    }

    [SkippableFact]
    public async Task Of_several_that_claim_a_store_at_once_one_has_it() =>
        Assert.Single((await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => Store.ClaimAsync($"platform {n}"))))).Distinct());

    [SkippableFact]
    public async Task A_blob_is_read_forward_and_back()
    {
        var content = Content(Block + 1000);
        var blob = await PutAsync(content);
        await using var stream = await Store.OpenAsync(blob);
        var piece = new byte[500];

        foreach (var place in new[] { Block - 100, 0, Block + 500, 250 })
        {
            stream.Position = place;
            await stream.ReadExactlyAsync(piece);
            Assert.Equal(content[place..(place + 500)], piece);
        }

        Assert.Equal(content.Length, stream.Length);
    }

    [SkippableFact]
    public async Task What_is_not_put_or_renewed_any_more_is_collected_and_nothing_else()
    {
        var (old, renewed) = (await PutAsync("old"u8.ToArray()), await PutAsync("renewed"u8.ToArray()));
        var listed = await ListAsync();
        await Task.Delay(20);
        var before = TimeProvider.System.GetUtcNow();
        Assert.True(await Store.RenewAsync(renewed));

        var collected = new List<string>();
        foreach (var blob in listed)
        {
            if (await Store.CollectAsync(blob, before))
            {
                collected.Add(blob.Sha256);
            }
        }

        Assert.Equal([old.Sha256], collected);
        Assert.False(await Store.RenewAsync(old));
        Assert.Equal("renewed"u8.ToArray(), await Store.ReadVerifiedAsync(renewed));
        Assert.Equal(renewed.Sha256, Assert.Single(await ListAsync()).Sha256);
        Assert.False(await Store.CollectAsync(listed.Single(blob => blob.Sha256 == old.Sha256), before));
    }

    [SkippableFact]
    public async Task A_blob_that_is_renewed_while_it_is_collected_is_there_whenever_that_was_said()
    {
        for (byte i = 0; i < 25; i++)
        {
            var blob = await PutAsync([i]);
            var stored = Assert.Single(await ListAsync());
            await Task.Delay(5);
            var before = TimeProvider.System.GetUtcNow();

            var renewing = Task.Run(() => Store.RenewAsync(blob));
            var collecting = Task.Run(() => Store.CollectAsync(stored, before));

            Assert.NotEqual(await renewing, await collecting);
            Assert.Equal(await renewing, await Store.ExistsAsync(blob));
            await Store.DeleteAsync(blob);
        }
    }

    [SkippableFact]
    public async Task The_list_goes_on_after_any_digest_and_is_narrowed_by_its_beginning()
    {
        for (byte i = 0; i < 20; i++)
        {
            await PutAsync([i]);
        }

        var all = (await ListAsync()).ConvertAll(b => b.Sha256);

        Assert.Equal(20, all.Count);
        Assert.Equal(all.Order(StringComparer.Ordinal), all);
        foreach (var (index, digest) in all.Index())
        {
            Assert.Equal(all.Skip(index + 1), await Store.ListAsync(afterSha256: digest).Select(b => b.Sha256).ToListAsync());
            foreach (var length in new[] { 1, 2, 3, 64 })
            {
                var prefix = digest[..length];
                Assert.Equal(all.Where(d => d.StartsWith(prefix, StringComparison.Ordinal)), await Store.ListAsync(prefix).Select(b => b.Sha256).ToListAsync());
            }

            Assert.Equal(
                all.Skip(index + 1).Where(d => d[0] == digest[0]), await Store.ListAsync(digest[..1], digest).Select(b => b.Sha256).ToListAsync());
        }
    }

    [SkippableFact]
    public async Task A_stored_file_lies_under_its_digest()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("volume", "a volume");
        var blob = await BlobDigest.OfFileAsync(path, Store.Site, MediaTypes.Nifti);

        await Store.PutFileAsync(blob, path);
        File.Delete(path);

        Assert.Equal("a volume"u8.ToArray(), await Store.ReadVerifiedAsync(blob));
        await Store.VerifyAsync(blob);
    }

    [SkippableFact]
    public async Task Putting_twice_is_one_blob()
    {
        var blob = await PutAsync("twice"u8.ToArray());
        await PutAsync("twice"u8.ToArray());

        Assert.True(await Store.ExistsAsync(blob));
        Assert.Single(await ListAsync());
    }

    [SkippableTheory]
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
        Assert.Empty(await ListAsync());
    }

    [SkippableTheory]
    [InlineData(-1, "came")]
    [InlineData(0, "have the digest")]
    [InlineData(1, "more came")]
    public async Task Bytes_other_than_announced_are_noticed_in_the_last_of_many_and_the_right_ones_are_taken_afterwards(int more, string sentence)
    {
        var content = Content((2 * Block) + 7);
        var blob = BlobOf(content);
        var wrong = Content(content.Length + more);
        wrong[^1] ^= 1;

        Assert.Matches(sentence, (await Assert.ThrowsAsync<HermesException>(() => Store.PutStreamAsync(blob, new MemoryStream(wrong)))).Message);
        Assert.False(await Store.ExistsAsync(blob));
        Assert.Empty(await ListAsync());

        await PutAsync(content);
        await Store.VerifyAsync(blob);
    }

    [SkippableFact]
    public async Task An_upload_that_breaks_off_leaves_no_blob_and_can_be_repeated()
    {
        var content = Content((2 * Block) + 7);
        var blob = BlobOf(content);

        await Assert.ThrowsAsync<IOException>(() => Store.PutStreamAsync(blob, new BrokenStream(content[..(Block + 1000)])));

        Assert.False(await Store.ExistsAsync(blob));
        Assert.Empty(await ListAsync());
        await PutAsync(content);
        await Store.VerifyAsync(blob);
    }

    [SkippableFact]
    public async Task A_missing_blob_is_named()
    {
        var blob = BlobOf("never stored"u8.ToArray());

        foreach (var read in new Func<Task>[]
        {
            () => Store.ReadVerifiedAsync(blob), () => Store.ReadRangeAsync(blob, 0, 1), () => Store.VerifyAsync(blob), () => Store.OpenAsync(blob), () => Store.FetchAsync(blob),
        })
        {
            var refusal = await Assert.ThrowsAsync<HermesException>(read);
            Assert.Equal($"Blob {blob.Sha256} is not in the store of site {Store.Site}.", refusal.Message);
            Assert.False(refusal.IsPassing);
        }

        Assert.False(await Store.ExistsAsync(blob));
        Assert.False(await Store.RenewAsync(blob));
        Assert.Null(await Store.TroubleAsync());
    }

    [SkippableTheory]
    [InlineData("../../etc/passwd")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("")]
    public async Task A_malformed_digest_never_becomes_a_place(string digest)
    {
        var blob = new BlobRef(Store.Site, digest, 1, MediaTypes.Json);

        await Assert.ThrowsAsync<HermesException>(() => Store.ReadVerifiedAsync(blob));
        await Assert.ThrowsAsync<HermesException>(() => Store.FetchAsync(blob));
        await Assert.ThrowsAsync<HermesException>(() => Store.PutStreamAsync(blob, new MemoryStream([1])));
    }

    [SkippableFact]
    public async Task A_deleted_blob_is_gone_and_deleting_again_is_no_error()
    {
        var blob = await PutAsync("delete me"u8.ToArray());

        await Store.DeleteAsync(blob);
        await Store.DeleteAsync(blob);

        Assert.False(await Store.ExistsAsync(blob));
    }

    [SkippableTheory]
    [InlineData(300_000)]
    [InlineData(Block + 1)]
    public async Task Many_writers_of_one_blob_agree(int length)
    {
        var content = Content(length);
        var blob = BlobOf(content);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.PutStreamAsync(blob, new MemoryStream(content)))));

        await Store.VerifyAsync(blob);
        Assert.Single(await ListAsync());
    }

    [SkippableTheory]
    [InlineData(10)]
    [InlineData(Block + 1)]
    public async Task Damage_is_noticed_and_mended_by_the_same_content(int length)
    {
        var content = Content(length);
        var blob = await PutAsync(content);
        var damaged = content.ToArray();
        damaged[^1] ^= 1;
        await OverwriteAsync(blob, damaged);

        foreach (var read in new Func<Task>[] { () => Store.ReadVerifiedAsync(blob), () => Store.VerifyAsync(blob), () => Store.FetchAsync(blob) })
        {
            Assert.Contains("was damaged in the store", (await Assert.ThrowsAsync<HermesException>(read)).Message, StringComparison.Ordinal);
        }

        await PutAsync(content);
        await Store.VerifyAsync(blob);
        AssertSame(content, await File.ReadAllBytesAsync(await Store.FetchAsync(blob)));
    }

    [SkippableFact]
    public async Task What_was_shortened_does_not_count_and_is_replaced()
    {
        var blob = await PutAsync("precious"u8.ToArray());
        await OverwriteAsync(blob, "prec"u8.ToArray());

        Assert.False(await Store.ExistsAsync(blob));
        Assert.False(await Store.RenewAsync(blob));
        Assert.Contains("the store holds 4", (await Assert.ThrowsAsync<HermesException>(() => Store.ReadVerifiedAsync(blob))).Message, StringComparison.Ordinal);
        await PutAsync("precious"u8.ToArray());

        await Store.VerifyAsync(blob);
    }

    [SkippableFact]
    public async Task Equal_documents_are_one_blob()
    {
        var first = await Store.PutJsonAsync<IReadOnlyList<int>>([1, 2, 3]);
        var second = await Store.PutJsonAsync(new[] { 1, 2, 3 });

        Assert.Equal(first, second);
        var read = await Store.GetJsonAsync<int[]>(first);
        Assert.Equal([1, 2, 3], read);
    }

    [SkippableFact]
    public async Task A_blob_above_the_limit_is_not_read_into_memory()
    {
        var blob = await PutAsync(new byte[100]);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => Store.ReadVerifiedAsync(blob, limit: 99));

        Assert.Contains("at most 99", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_store_can_be_made_ready_again_and_loses_nothing()
    {
        var blob = await PutAsync("kept"u8.ToArray());

        await Store.PrepareAsync();

        await Store.VerifyAsync(blob);
    }

    // Comparing them one by one takes seconds.
    private static void AssertSame(byte[] expected, byte[] actual) => Assert.True(expected.AsSpan().SequenceEqual(actual));

    /// <summary>Bytes that differ from block to block.</summary>
    protected static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(7).NextBytes(content);
        return content;
    }

    /// <summary>Puts other bytes in a blob's place, behind the store's back.</summary>
    protected abstract Task OverwriteAsync(BlobRef blob, byte[] content);

    protected async Task<BlobRef> PutAsync(byte[] content)
    {
        var blob = BlobOf(content);
        await Store.PutStreamAsync(blob, new MemoryStream(content));
        return blob;
    }

    protected BlobRef BlobOf(byte[] content) => BlobDigest.Of(content, Store.Site, MediaTypes.Nifti);

    private Task<List<StoredBlob>> ListAsync() => Store.ListAsync().ToListAsync().AsTask();

    private async Task<byte[]> ReadAsync(BlobRef blob, long from)
    {
        await using var stream = await Store.OpenAsync(blob);
        stream.Position = from;
        var bytes = new byte[blob.Length - from];
        await stream.ReadExactlyAsync(bytes);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        return bytes;
    }
}
