using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Sas;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A data directory on a small disk that fills up while the platform works.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int Mebibyte = 1 << 20;

    private readonly TemporaryFolder _folder = new();
    private bool _isMounted;

    private string Disk => _folder.At("disk");

    private string Filling => Path.Combine(Disk, "filling");

    public async Task InitializeAsync() => _isMounted = await MountAsync("-t", "tmpfs", "-o", "size=140m", "tmpfs", _folder.Folder("disk"));

    public async Task DisposeAsync()
    {
        if (_isMounted)
        {
            await RunAsync("umount", "--lazy", Disk);
        }

        _folder.Dispose();
    }

    [SkippableFact]
    public async Task A_full_disk_is_told_wherever_it_is_met_and_what_waits_for_it_completes_when_there_is_room()
    {
        RequireSmallDisk();
        await using var platform = await Platform.StartAsync(Path.Combine(Disk, "data"));
        Assert.Equal(0, (await platform.AddAsync("boxes", Scans.WriteCases(_folder.At("boxes")))).ExitCode);
        var before = await platform.ListAsync();
        Assert.Contains("\"subject\":\"disk\"", await platform.Silo.Http.GetStringAsync("platform/troubles"), StringComparison.Ordinal);

        // No room for the upload, none for the converted volumes beside it, none even for the database.
        var others = Scans.WriteCases(_folder.At("others"));
        Fill(leave: 60 * Mebibyte);
        AssertFull(await platform.AddAsync("others", others), "must stay free, 60 MiB are free.");
        var large = Large();
        Fill(leave: 65 * Mebibyte + Directory.EnumerateFiles(large, "*.gz", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));
        var waiting = platform.AddAsync("large", large);
        await Platform.UntilAsync(async () => !waiting.IsCompleted && (await platform.HermesAsync("dataset", "show", "large")) is { ExitCode: 0 } seen
            && seen.Json.TryGetProperty("waits", out var waits) && waits.GetString()?.Contains("must stay free, ", StringComparison.Ordinal) == true);
        Fill(leave: 0);
        AssertFull(await platform.AddAsync("others", others), "hermes.db cannot grow, 0 MiB are free.");
        Assert.Equal(before, (await platform.ListAsync()).Where(d => !d.StartsWith("large ", StringComparison.Ordinal)));
        var (exitCode, _, errors) = await SiloProcess.RunAsync("--data-dir", Path.Combine(Disk, "second"), "--address", SiloProcess.FreeAddress());
        Assert.Equal(1, exitCode);
        Assert.StartsWith("The disk is full: ", errors, StringComparison.Ordinal);

        // Enough for everything but a checkpoint.
        Fill(leave: 100 * Mebibyte);
        Assert.Equal(0, (await platform.AddAsync("others", others)).ExitCode);
        Assert.Equal(0, (await waiting).ExitCode);
        await platform.DoAsync("train", "--name", "run", "--preset", "tiny", "--steps", "1");
        var saving = await platform.WaitAsync("run", r => r.Note is not null);
        Assert.Matches("^Step 1 is saved as soon as that is possible. The disk is full: .* MiB are free.$", saving.Note);

        Assert.True(await MountAsync("-o", "remount,size=600m", Disk));
        Assert.Equal(0, (await platform.HermesAsync("run", "watch", "run")).ExitCode);
        Assert.Equal(["boxes Ready 1 3", "large Ready 1 3", "others Ready 1 3"], (await platform.ListAsync()).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task A_run_that_has_no_room_to_read_its_checkpoint_names_the_disk_and_the_folder_and_goes_on_when_there_is_room()
    {
        RequireSmallDisk();
        await using var server = await AzuriteServer.StartAsync();
        var container = server.NewContainer();
        await container.CreateAsync();
        var address = container.GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(1)).ToString();
        await using var platform = await Platform.StartAsync(_folder.At("data"), "--blobs-file", _folder.File("address", address));
        await platform.DoAsync([.. Platform.AddArguments("boxes", Scans.WriteCases(_folder.At("boxes")))]);
        await platform.DoAsync("train", "--name", "run", "--preset", "tiny", "--steps", "200");
        await platform.WaitAsync("run", r => r.Checkpoints.Count > 0);
        await platform.DoAsync("run", "cancel", "run");
        await platform.WaitAsync("run", r => r.State == RunState.Cancelled);
        var copies = _folder.Folder("data/cache/blobs");
        Assert.True(await MountAsync("-t", "tmpfs", "-o", "size=64k", "tmpfs", copies));
        try
        {
            await platform.DoAsync("run", "resume", "run");
            var waiting = await platform.WaitAsync("run", r => r is { State: RunState.Interrupted, Cause: not null });
            Assert.EndsWith($"bytes is to be made below {copies}.", waiting.Cause!.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("can be read", waiting.Cause.Message, StringComparison.Ordinal);
            Assert.Equal(0, waiting.Crashes);
        }
        finally
        {
            await RunAsync("umount", "--lazy", copies);
        }

        await platform.WaitAsync("run", r => r is { State: RunState.Running, Step: > 1 });
    }

    private void RequireSmallDisk() => Requirement.Met("small-disk", _isMounted, "A small disk cannot be mounted here.");

    private static string AssertFull(HermesProcess result, string numbers)
    {
        Assert.True(result.ExitCode == 1, $"{result.ExitCode}: {result.Output} {result.Error}");
        var error = result.Json.GetProperty("error").GetString()!;
        Assert.True(error.Contains("The disk is full: ", StringComparison.Ordinal), error);
        Assert.Contains(numbers, error, StringComparison.Ordinal);
        Assert.Contains("Free some space", result.Json.GetProperty("hint").GetString(), StringComparison.Ordinal);
        return error;
    }

    /// <summary>Cases of which one cannot be packed: what is stored of it is as large as what was sent.</summary>
    private string Large()
    {
        var folder = Scans.WriteCases(_folder.At("large"));
        var noise = new byte[2 * 128 * 128 * 128];
        new Random(5).NextBytes(noise);
        Scans.Write(Path.Combine(folder, "images", "a.nii.gz"), Scans.Header(128, 128, 128), noise);
        Scans.Write(Path.Combine(folder, "labels", "a.nii.gz"), Scans.Header(128, 128, 128), new byte[noise.Length]);
        return folder;
    }

    private static Task<bool> MountAsync(params string[] arguments) => RunAsync("mount", arguments);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            await process.StandardError.ReadToEndAsync();
            return await process.EndAsync() == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private void Fill(long leave)
    {
        File.Delete(Filling);
        var free = new DriveInfo(Disk).AvailableFreeSpace;
        Assert.True(free > leave, string.Create(CultureInfo.InvariantCulture, $"{free} bytes are free, {leave} were to be left."));
        using var file = File.Create(Filling);
        var zeros = new byte[Mebibyte];
        for (var left = free - leave; left > 0; left -= zeros.Length)
        {
            file.Write(zeros.AsSpan(0, (int)Math.Min(left, zeros.Length)));
        }
    }
}
