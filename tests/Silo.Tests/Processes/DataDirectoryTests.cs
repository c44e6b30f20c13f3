using System.Runtime.Versioning;

namespace Hermes.Silo.Tests.Processes;

public sealed class DataDirectoryTests
{
    [Fact]
    public async Task The_data_directory_of_a_silo_holds_what_the_architecture_lists()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await SiloProcess.StartAsync(folder.At("data"));
        var found = Directory.EnumerateFileSystemEntries(folder.At("data"))
            .SelectMany(path => Path.GetFileName(path) == "blobs" ? Directory.EnumerateFileSystemEntries(path) : [path])
            .Select(path => Path.GetRelativePath(folder.At("data"), path) + (Directory.Exists(path) ? "/" : ""));

        Assert.Equal(Listed().Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [SupportedOSPlatform("linux")]
    [Fact]
    public async Task One_that_everybody_can_enter_is_warned_of_and_a_key_of_tickets_that_is_none_is_named()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Folder("data");
        folder.File("data/silo.lock");
        var key = folder.File("data/tickets.key", "short");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_001_001);
        File.SetUnixFileMode(data, (UnixFileMode)0b111_101_101);

        var (exitCode, _, errors) = await SiloProcess.RunAsync("--data-dir", data, "--address", SiloProcess.FreeAddress());

        Assert.Equal(1, exitCode);
        Assert.Contains($"Every user of this machine can enter {data}, which holds the data of the platform. Take that from them: chmod 700 {data}\n", errors, StringComparison.Ordinal);
        Assert.Contains($"\n{key} should hold 32 bytes; it holds 5. Remove it", errors, StringComparison.Ordinal);
    }

    /// <summary>The first word of every line of the block under the heading.</summary>
    private static IEnumerable<string> Listed() => File.ReadLines(Path.Combine(Repository.Root, "ARCHITECTURE.md"))
        .SkipWhile(line => line != "## The data directory")
        .SkipWhile(line => line != "```").Skip(1)
        .TakeWhile(line => line != "```")
        .Select(line => line.Split(' ')[0]);
}
