using System.IO.Pipelines;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs.Tests;

public sealed class FileBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hermes-blobs-").FullName;

    private readonly FileBlobStore _store;

    public FileBlobStoreTests()
    {
        _store = new FileBlobStore(_directory);
        _store.PrepareAsync().GetAwaiter().GetResult();
    }

    protected override IBlobStore Store => _store;

    [Fact]
    public async Task Where_others_may_be_writing_only_what_was_abandoned_long_ago_is_cleared()
    {
        var store = new FileBlobStore(_directory);
        var (young, old) = (Path.Combine(_directory, "incoming", "young.part"), Path.Combine(_directory, "incoming", "old.part"));
        await File.WriteAllTextAsync(young, "half");
        await File.WriteAllTextAsync(old, "half");
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().AddDays(-2).UtcDateTime);

        await store.PrepareAsync(isShared: true);
        Assert.Equal([young], Directory.EnumerateFiles(Path.Combine(_directory, "incoming")));

        await store.PrepareAsync();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_directory, "incoming")));
    }

    [Fact]
    public async Task Blobs_under_way_count_as_stored_so_that_many_at_once_leave_the_reserve()
    {
        var store = new FileBlobStore(_directory, freeBytes: () => 67L << 20);
        var content = Enumerable.Range(0, 2).Select(n => Enumerable.Repeat((byte)n, 2 << 20).ToArray()).ToArray();
        var slow = new Pipe();
        var first = store.PutStreamAsync(BlobOf(content[0]), slow.Reader.AsStream());
        await slow.Writer.WriteAsync(content[0].AsMemory(0, 100));

        var refusal = await Assert.ThrowsAsync<HermesException>(() => store.PutStreamAsync(BlobOf(content[1]), new MemoryStream(content[1])));
        await slow.Writer.WriteAsync(content[0].AsMemory(100));
        await slow.Writer.CompleteAsync();
        await first;
        await store.PutStreamAsync(BlobOf(content[1]), new MemoryStream(content[1]));

        Assert.Contains("64 MiB must stay free", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_said_before_anything_is_written()
    {
        var full = new FileBlobStore(_directory, freeBytes: () => 70L << 20);
        var blob = BlobOf(new byte[10 << 20]);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => full.PutStreamAsync(blob, new MemoryStream(new byte[10 << 20])));

        Assert.Contains("The disk is full: 10 MiB are to be stored", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("70 MiB are free", refusal.Message, StringComparison.Ordinal);
        Assert.True(DiskFull.Is(refusal));
        Assert.Empty(Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_was_about_to_be_collected_when_the_process_ended_is_put_back()
    {
        var blob = BlobOf("precious"u8.ToArray());
        await Store.PutStreamAsync(blob, new MemoryStream("precious"u8.ToArray()));
        File.Move(_store.TryGetLocalPath(blob)!, Path.Combine(_directory, "condemned", blob.Sha256));
        Assert.False(await Store.ExistsAsync(blob));

        await Store.PrepareAsync();

        Assert.Equal("precious"u8.ToArray(), await Store.ReadVerifiedAsync(blob));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_directory, "condemned")));
    }

    [Fact]
    public async Task While_its_folder_is_gone_the_store_is_away_and_no_blob_is_taken_for_missing_or_damaged()
    {
        var shared = Path.Combine(_directory, "shared");
        var blob = BlobOf([1]);
        var before = new FileBlobStore(shared);
        await before.PrepareAsync();
        await before.PutStreamAsync(blob, new MemoryStream([1]));
        Directory.Move(shared, $"{shared}.away");

        // As where a disk is not mounted, for one that was open before and one that is opened now.
        Directory.CreateDirectory(shared);
        var store = new FileBlobStore(shared);
        foreach (var ask in new Func<Task>[]
        {
            () => store.PutStreamAsync(blob, new MemoryStream([1])), () => store.ReadVerifiedAsync(blob), () => store.ReadRangeAsync(blob, 0, 1), () => store.FetchAsync(blob),
            () => store.IsIntactAsync(blob), () => store.ExistsAsync(blob), () => store.RenewAsync(blob), () => store.ListAsync().ToListAsync().AsTask(),
        })
        {
            var refusal = await Assert.ThrowsAsync<HermesException>(ask);
            Assert.StartsWith($"The folder {shared}", refusal.Message, StringComparison.Ordinal);
            Assert.True(refusal.IsPassing);
            Assert.False(DiskFull.Is(refusal) || BlobDamage.Is(refusal));
        }

        Assert.True((await store.TroubleAsync())!.IsPassing);
        Assert.Empty(Directory.EnumerateFileSystemEntries(shared));
        Directory.Delete(shared);
        Directory.Move($"{shared}.away", shared);
        await store.VerifyAsync(blob);
        Assert.Null(await store.TroubleAsync());
    }

    [Fact]
    public async Task A_file_that_the_system_does_not_let_be_read_now_is_not_told_as_damaged()
    {
        // A link that leads to itself: what cannot be followed says nothing of the bytes, as with a network disk that went away.
        var name = new string('0', 62);
        var blob = new BlobRef(Store.Site, $"00{name}", name.Length, MediaTypes.Json);
        Directory.CreateDirectory(Path.Combine(_directory, "sha256", "00"));
        File.CreateSymbolicLink(Path.Combine(_directory, "sha256", "00", name), name);

        foreach (var ask in new Func<Task>[] { () => Store.ReadVerifiedAsync(blob), () => Store.VerifyAsync(blob), () => Store.FetchAsync(blob), () => Store.IsIntactAsync(blob) })
        {
            var refusal = await Assert.ThrowsAsync<HermesException>(ask);
            Assert.StartsWith($"Blob {blob.Sha256} cannot be read now: ", refusal.Message, StringComparison.Ordinal);
            Assert.True(refusal.IsPassing);
        }
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(74, true)]
    [InlineData(117, true)]
    [InlineData(unchecked((int)0x80070570), true)]
    [InlineData(116, false)]
    [InlineData(24, false)]
    [InlineData(28, false)]
    public void Of_what_the_system_says_only_that_a_disk_or_a_file_system_is_broken_is_damage(int code, bool isDamage) =>
        Assert.Equal(isDamage, BlobDamage.Is(new IOException("", code)));

    [Fact]
    public async Task A_folder_that_is_only_opened_is_not_made_and_one_that_is_prepared_is_for_this_user_alone()
    {
        var folder = Path.Combine(_directory, "elsewhere");
        var store = new FileBlobStore(folder);

        Assert.False(await store.IsMadeAsync());
        Assert.Null(await store.OwnerAsync());
        Assert.False(Directory.Exists(folder));

        await store.PrepareAsync();
        Assert.True(await store.IsMadeAsync());
        Assert.Null(await store.OwnerAsync());
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(folder) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task A_copy_without_its_empty_folders_lists_its_blobs_and_is_prepared()
    {
        var blob = BlobOf("kept"u8.ToArray());
        await Store.PutStreamAsync(blob, new MemoryStream("kept"u8.ToArray()));
        Directory.Delete(Path.Combine(_directory, "incoming"));
        Directory.Delete(Path.Combine(_directory, "condemned"));

        var copy = new FileBlobStore(_directory);
        Assert.Equal(blob.Sha256, (await copy.ListAsync().SingleAsync()).Sha256);

        await copy.PrepareAsync();
        Assert.Null(await copy.TroubleAsync());
        await copy.PutStreamAsync(BlobOf("more"u8.ToArray()), new MemoryStream("more"u8.ToArray()));
    }

    [Fact]
    public async Task A_cut_off_upload_leaves_nothing()
    {
        var blob = BlobOf(new byte[1000]);

        await Assert.ThrowsAsync<IOException>(() => Store.PutStreamAsync(blob, new BrokenStream(new byte[400])));

        Assert.Empty(Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Leftovers_of_a_killed_process_are_removed_at_start()
    {
        var blob = BlobOf("kept"u8.ToArray());
        await Store.PutStreamAsync(blob, new MemoryStream("kept"u8.ToArray()));
        await File.WriteAllTextAsync(Path.Combine(_directory, "incoming", "abc.part"), "half");

        await new FileBlobStore(_directory).PrepareAsync();

        await Store.VerifyAsync(blob);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_directory, "incoming")));
    }

    protected override Task OverwriteAsync(BlobRef blob, byte[] content) => File.WriteAllBytesAsync(_store.TryGetLocalPath(blob)!, content);

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
