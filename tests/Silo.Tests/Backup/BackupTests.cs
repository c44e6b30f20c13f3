using System.Text.Json.Nodes;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Backup;

public sealed class BackupTests : IAsyncLifetime
{
    private SmallPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await SmallPlatform.MakeAsync();

    public Task DisposeAsync()
    {
        _platform.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_second_backup_copies_only_what_is_new_or_was_damaged_and_leaves_the_first_as_it_is()
    {
        var first = await _platform.BackUpAsync();
        await File.WriteAllTextAsync(_platform.CopyOf(_platform.Image), "en image");
        var added = await _platform.PutAsync("another checkpoint");
        await _platform.StoreAsync("run", "first", new { Format = 1, Version = 6, Value = new { Checkpoints = new[] { added } } });

        var second = await _platform.BackUpAsync();

        Assert.Equal((3, 3, 2), (first.Copied, first.Snapshot.Blobs, second.Copied));
        var check = await _platform.CheckAsync();
        Assert.Empty(check.Problems);
        Assert.Equal([first.Snapshot.Name, second.Snapshot.Name], check.Snapshots.Select(s => s.Name));
        Assert.Equal(4, check.Blobs);
        await RestoredAsync(first.Snapshot.Name, blob: _platform.Checkpoint);
        await RestoredAsync(second.Snapshot.Name, blob: added);
    }

    [Fact]
    public async Task What_only_a_snapshot_named_that_was_deleted_goes_with_the_next_backup()
    {
        var first = (await _platform.BackUpAsync()).Snapshot;
        var newer = await _platform.PutAsync("a newer checkpoint");
        await _platform.StoreAsync("run", "first", new { Format = 1, Version = 6, Value = new { Checkpoints = new[] { newer } } });
        await _platform.BackUpAsync();
        Assert.True(File.Exists(_platform.CopyOf(_platform.Checkpoint)));

        Directory.Delete(Path.Combine(_platform.BackupFolder, "snapshots", first.Name), recursive: true);
        await _platform.BackUpAsync();

        Assert.False(File.Exists(_platform.CopyOf(_platform.Checkpoint)));
        Assert.Equal((2, 0), ((await _platform.CheckAsync()).Snapshots.Count, (await _platform.CheckAsync()).Problems.Count));
    }

    [Fact]
    public async Task What_is_damaged_in_a_backup_is_named()
    {
        var snapshot = (await _platform.BackUpAsync()).Snapshot;
        Change("states.jsonl", "\"state\":\"running\"", "\"state\":\"ranning\"");
        Change("catalog.jsonl", "cases", "casas");
        Change("access.jsonl", "\"name\":\"ben\"", "\"name\":\"bin\"");
        Change("audit.jsonl", "It needs a trainer.", "It needs no trainer.");
        await File.WriteAllTextAsync(_platform.CopyOf(_platform.Image), "en image");
        var whole = (await _platform.BackUpAsync()).Snapshot;
        File.Delete(_platform.CopyOf(_platform.Page));

        var problems = (await _platform.CheckAsync()).Problems;

        Assert.Equal(
            [
                (snapshot.Name, "The state of run first is damaged, in line 2 of states.jsonl."),
                (snapshot.Name, "The row of dataset local/good in the catalog is damaged, in line 1 of catalog.jsonl."),
                (snapshot.Name, "The token of bin is damaged, in line 2 of access.jsonl."),
                (snapshot.Name, "The record 7 of the audit is damaged, in line 2 of audit.jsonl."),
            ],
            problems.Take(4).Select(p => (p.Snapshot, p.Sentence)));
        Assert.Equal([snapshot.Name, whole.Name], problems.Skip(4).Select(p => p.Snapshot));
        Assert.All(problems.Skip(4), p => Assert.StartsWith($"The blob {_platform.Page.Sha256} of dataset local/good cannot be used. ", p.Sentence, StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<HermesException>(() => RestoredAsync(snapshot.Name, _platform.Image));
        Assert.StartsWith($"The snapshot {snapshot.Name} is damaged in 4 places: The state of run first is damaged", refused.Message, StringComparison.Ordinal);

        void Change(string file, string from, string to)
        {
            var path = Path.Combine(_platform.BackupFolder, "snapshots", snapshot.Name, file);
            var text = File.ReadAllText(path);
            Assert.Contains(from, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task One_that_cannot_be_finished_is_no_backup_and_the_next_goes_on_with_the_blobs_that_are_there()
    {
        var first = (await _platform.BackUpAsync()).Snapshot;
        var (added, more) = (await _platform.PutAsync("an image that is new"), await _platform.PutAsync("another one"));
        await _platform.StoreAsync("dataset", "local/more", new { Format = 1, Version = 1, Value = new { Images = new[] { added, more } } });

        Assert.True(DiskFull.Is(await Assert.ThrowsAsync<HermesException>(() => _platform.BackUpAsync(free: 1 << 20))));
        var copied = 0;
        await Assert.ThrowsAsync<IOException>(() => _platform.BackUpAsync(step =>
        {
            copied = step.Phase == "copy blobs" && step.Done >= step.Total / 2 ? throw new IOException("pulled out") : copied + 1;
        }));

        Assert.Equal([first.Name], (await _platform.CheckAsync()).Snapshots.Select(s => s.Name));
        Assert.InRange((await _platform.BackUpAsync()).Copied, 0, 1);
        Assert.Empty((await _platform.CheckAsync()).Problems);
    }

    [Fact]
    public async Task A_blob_that_its_owner_gives_up_while_others_are_copied_is_not_missed()
    {
        var newer = await _platform.PutAsync("a newer checkpoint");
        var hasMoved = false;

        var report = await _platform.BackUpAsync(step =>
        {
            if (step.Phase == "copy blobs" && !hasMoved)
            {
                hasMoved = true;
                _platform.StoreAsync("run", "first", new { Format = 1, Version = 6, Value = new { Checkpoints = new[] { newer } } }).GetAwaiter().GetResult();
                _platform.Blobs.DeleteAsync(_platform.Checkpoint).GetAwaiter().GetResult();
            }
        });

        Assert.Empty(report.Snapshot.Missing);
        Assert.Empty((await _platform.CheckAsync()).Problems);
        await RestoredAsync(report.Snapshot.Name, blob: newer);
    }

    [Fact]
    public async Task What_the_platform_has_lost_is_told_with_its_owner_and_the_rest_is_a_backup()
    {
        await File.WriteAllTextAsync(_platform.Blobs.TryGetLocalPath(_platform.Image)!, "en image");
        await _platform.Blobs.DeleteAsync(_platform.Checkpoint);

        var report = await _platform.BackUpAsync();

        Assert.Equal(
            new[] { (_platform.Image.Sha256, "dataset local/good"), (_platform.Checkpoint.Sha256, "run first") }.Order(),
            report.Snapshot.Missing.Select(m => (m.Sha256, m.Owners[0])));
        Assert.Empty((await _platform.CheckAsync()).Problems);
        await RestoredAsync(report.Snapshot.Name, blob: _platform.Page);
    }

    [Fact]
    public async Task What_a_newer_program_stored_or_made_is_not_restored()
    {
        await _platform.StoreAsync("run", "first", new { Format = 99, Version = 6, Value = "in another way" });
        var snapshot = (await _platform.BackUpAsync()).Snapshot;
        var newerState = await Assert.ThrowsAsync<HermesException>(() => RestoredAsync(snapshot.Name, _platform.Image));
        var file = Path.Combine(_platform.BackupFolder, "snapshots", snapshot.Name, "manifest.json");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        manifest["form"] = 99;
        await File.WriteAllTextAsync(file, manifest.ToJsonString());

        var newerForm = await Assert.ThrowsAsync<HermesException>(() => RestoredAsync(snapshot.Name, _platform.Image));

        Assert.StartsWith("The state was written by a newer version of the platform", newerState.Message, StringComparison.Ordinal);
        Assert.StartsWith($"The snapshot {snapshot.Name} was made by a newer version of the platform", newerForm.Message, StringComparison.Ordinal);
        await _platform.StoreAsync("run", "first", new { Format = 1, Version = 7, Value = new { } });
        await _platform.BackUpAsync();
        Assert.Equal([newerForm.Message], (await _platform.CheckAsync()).Problems.Select(p => p.Sentence));
        Assert.True(File.Exists(_platform.CopyOf(_platform.Image)));
    }

    [Fact]
    public async Task A_folder_with_something_else_and_one_in_which_a_backup_is_under_way_are_left_alone()
    {
        var other = _platform.Folder.Folder("other");
        await File.WriteAllTextAsync(Path.Combine(other, "letter.txt"), "x");
        var refused = Assert.Throws<HermesException>(() => Silo.Backup.BackupFolder.Make(other));
        HermesException? second = null;

        await _platform.BackUpAsync(_ => second ??= Assert.ThrowsAsync<HermesException>(() => _platform.BackUpAsync()).GetAwaiter().GetResult());

        Assert.Equal($"The folder {other} holds something else than backups: letter.txt.", refused.Message);
        Assert.Equal($"Another backup into {_platform.BackupFolder} is under way.", second!.Message);
        Assert.Single(Directory.EnumerateFileSystemEntries(other));
    }

    private async Task RestoredAsync(string snapshot, Grains.Interfaces.Blobs.BlobRef blob)
    {
        var database = new SqliteDatabase(_platform.Folder.At($"{snapshot}.db"));
        database.Prepare();
        var blobs = new FileBlobStore(_platform.Folder.At($"{snapshot}.blobs"));
        await blobs.PrepareAsync();
        await _platform.RestoreAsync(database, blobs, snapshot);
        await blobs.VerifyAsync(blob);
    }
}
