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

    /// <summary>The first word of every line of the block under the heading.</summary>
    private static IEnumerable<string> Listed() => File.ReadLines(Path.Combine(Repository.Root, "ARCHITECTURE.md"))
        .SkipWhile(line => line != "## The data directory")
        .SkipWhile(line => line != "```").Skip(1)
        .TakeWhile(line => line != "```")
        .Select(line => line.Split(' ')[0]);
}
