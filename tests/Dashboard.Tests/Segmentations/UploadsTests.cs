using System.Security.Cryptography;
using Hermes.Dashboard.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Dashboard.Tests.Segmentations;

public sealed class UploadsTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];

    private readonly Uploads _uploads = new(TimeProvider.System);

    public void Dispose() => _uploads.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(100_000)]
    public async Task A_file_in_pieces_of_any_size_has_the_name_of_its_bytes(int size)
    {
        var upload = _uploads.Begin("scan.nii.gz", Content.Length);
        for (var from = 0; from < Content.Length; from += size)
        {
            Assert.True(await upload.TakeAsync(from, Piece(from, size), default));
        }

        byte[]? sent = null;
        var blob = await upload.SendAsync("local", async (file, _, token) => sent = await File.ReadAllBytesAsync(file, token), default);

        Assert.Equal(new BlobRef("local", Convert.ToHexStringLower(SHA256.HashData(Content)), Content.Length, MediaTypes.NiftiGz), blob);
        Assert.Equal(Content, sent);
    }

    [Fact]
    public async Task What_came_before_a_connection_broke_off_stays()
    {
        var upload = _uploads.Begin("scan.nii", Content.Length);

        await Assert.ThrowsAsync<IOException>(() => upload.TakeAsync(0, new BreakingStream(Content, 60_000), default));

        Assert.Equal(60_000, upload.Received);
        Assert.False(await upload.TakeAsync(0, Piece(0, Content.Length), default));
        Assert.True(await upload.TakeAsync(60_000, Piece(60_000, Content.Length), default));
        var blob = await upload.SendAsync("local", (_, _, _) => Task.CompletedTask, default);
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(Content)), MediaTypes.Nifti), (blob.Sha256, blob.MediaType));
    }

    [Fact]
    public async Task More_than_was_announced_is_refused()
    {
        var upload = _uploads.Begin("scan.nii", 10);

        var refused = await Assert.ThrowsAsync<HermesException>(() => upload.TakeAsync(0, Piece(0, 11), default));

        Assert.Contains("more came", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_could_not_be_handed_on_can_be_again()
    {
        var upload = _uploads.Begin("scan.nii", 3);
        await upload.TakeAsync(0, Piece(0, 3), default);

        await Assert.ThrowsAsync<HermesException>(() => upload.SendAsync("local", (_, _, _) => throw new HermesException("The store is away."), default));
        var sends = 0;
        var blob = await upload.SendAsync("local", Count, default);

        Assert.Same(blob, await upload.SendAsync("local", Count, default));
        Assert.Equal(1, sends);

        Task Count(string file, BlobRef name, CancellationToken cancellationToken)
        {
            sends++;
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData("scan.dcm", 10, "no NIfTI file")]
    [InlineData("scan.nii.gz", 0, "is empty")]
    [InlineData("scan.nii.gz", Uploads.MostBytes + 1, "at most 4 GiB are taken")]
    public void What_cannot_be_a_volume_is_refused_before_anything_is_sent(string name, long length, string reason)
    {
        var refused = Assert.Throws<HermesException>(() => _uploads.Begin(name, length));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(name, refused.File);
    }

    [Theory]
    [InlineData("../../etc/scan.nii", "scan.nii")]
    [InlineData(@"C:\scans\one.nii", "one.nii")]
    public void Of_a_files_name_no_folder_is_kept(string told, string kept) => Assert.Equal(kept, _uploads.Begin(told, 1).FileName);

    [Fact]
    public void Only_so_many_are_under_way_at_once_and_one_that_is_given_up_makes_room()
    {
        var begun = Enumerable.Range(0, Uploads.Most).Select(i => _uploads.Begin($"{i}.nii", 1)).ToList();
        Assert.True(Assert.Throws<HermesException>(() => _uploads.Begin("more.nii", 1)).IsPassing);

        _uploads.Remove(begun[3].Id);

        Assert.Null(_uploads.Find(begun[3].Id));
        Assert.NotNull(_uploads.Find(_uploads.Begin("more.nii", 1).Id));
    }

    [Fact]
    public async Task Where_no_more_are_taken_those_that_nobody_sends_any_more_give_way_but_none_that_is_whole_or_at_work()
    {
        const int Factor = 1_000;
        using var uploads = new Uploads(new FastTime(Factor));
        var whole = uploads.Begin("whole.nii", 1);
        await whole.TakeAsync(0, Piece(0, 1), default);
        await whole.SendAsync("local", (_, _, _) => Task.CompletedTask, default);
        var begun = Enumerable.Range(0, Uploads.Most).Select(i => uploads.Begin($"{i}.nii", 1)).ToList();
        var slow = new SlowStream();
        var taking = begun[0].TakeAsync(0, slow, default);

        await Task.Delay(2 * Uploads.IdleFor / Factor);
        var more = uploads.Begin("more.nii", 1);

        Assert.Equal([whole.Id, begun[0].Id, more.Id], new List<Upload> { whole }.Concat(begun).Append(more).Select(u => u.Id).Where(id => uploads.Find(id) is not null));
        slow.End.SetResult();
        Assert.True(await taking);
    }

    [Fact]
    public async Task One_that_nobody_goes_on_with_is_let_go()
    {
        using var uploads = new Uploads(new FastTime(100_000));
        var old = uploads.Begin("old.nii", 1);

        await Task.Delay(Uploads.KeptFor / 100_000 * 3);
        uploads.Begin("new.nii", 1);

        Assert.Null(uploads.Find(old.Id));
    }

    private static MemoryStream Piece(int from, int size) => new(Content[from..Math.Min(from + size, Content.Length)]);

    // Of which nothing comes until it ends.
    private sealed class SlowStream : MemoryStream
    {
        public TaskCompletionSource End { get; } = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await End.Task;
            return 0;
        }
    }

    private sealed class BreakingStream(byte[] content, int after) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Position < after
            ? base.ReadAsync(buffer[..Math.Min(buffer.Length, after - (int)Position)], cancellationToken)
            : throw new IOException("The connection broke off.");
    }
}
