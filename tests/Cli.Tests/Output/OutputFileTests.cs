using System.Diagnostics;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Tests.Output;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("itself")]
    [InlineData("another spelling")]
    [InlineData("symbolic link")]
    [InlineData("link to a link")]
    [InlineData("hard link")]
    [InlineData("folder that is a link")]
    public void The_input_is_refused_as_output_whatever_the_way_to_it(string way)
    {
        var input = _folder.File("in/scan.nii.gz");
        var output = WayTo(input, way);

        foreach (var force in new[] { false, true })
        {
            var refusal = Assert.Throws<HermesException>(() => OutputFile.Check(output, force, input));
            Assert.Equal($"{output} is the input {input} itself, which is never replaced.", refusal.Message);
            Assert.DoesNotContain("--force", refusal.Hint, StringComparison.Ordinal);

            // And the other way round: the input is the link, the output what it leads to.
            Assert.Throws<HermesException>(() => OutputFile.Check(input, force, output));
        }

        Assert.Equal("x", File.ReadAllText(input));
    }

    [Fact]
    public void Equal_bytes_are_not_the_same_file() => OutputFile.Check(_folder.File("copy"), force: true, _folder.File("scan"));

    [Fact]
    public void What_exists_is_replaced_only_by_force()
    {
        var file = _folder.File("out");

        Assert.Contains("--force", Assert.Throws<HermesException>(() => OutputFile.Check(file, force: false)).Hint, StringComparison.Ordinal);
        OutputFile.Check(file, force: true);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/tmp")]
    public void A_device_or_folder_is_no_file_even_by_force(string file) => Assert.Throws<HermesException>(() => OutputFile.Check(file, force: true));

    [Fact]
    public async Task A_missing_folder_is_made_with_the_file_and_not_before()
    {
        var file = _folder.At("new/er/out.json");

        OutputFile.Check(file, force: false);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        await JsonFile.WriteAsync(file, 1, replace: false, CancellationToken.None);
        Assert.Equal([file], Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));

        // One that came up since the check counts too.
        Assert.Contains(
            "--force",
            (await Assert.ThrowsAsync<HermesException>(() => JsonFile.WriteAsync(file, 2, replace: false, CancellationToken.None))).Hint,
            StringComparison.Ordinal);
        Assert.Equal("1\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_refused()
    {
        var file = Path.Combine(_folder.File("file"), "new", "out");

        Assert.Equal(file, Assert.Throws<HermesException>(() => OutputFile.Check(file, force: true)).File);
    }

    [Fact]
    public void A_name_that_the_disk_does_not_take_is_refused_and_no_folder_stays()
    {
        Assert.Throws<HermesException>(() => OutputFile.Check(_folder.At($"new/{new string('n', 300)}"), force: true));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_that_nobody_writes_to_is_refused() =>
        Assert.Contains("cannot be written", Assert.Throws<HermesException>(() => OutputFile.Check("/proc/self/out", force: true)).Message, StringComparison.Ordinal);

    private string WayTo(string input, string way)
    {
        var link = _folder.At("link");
        switch (way)
        {
            case "itself":
                return input;
            case "another spelling":
                return Path.Combine(Path.GetDirectoryName(input)!, "..", "in", Path.GetFileName(input));
            case "symbolic link":
                File.CreateSymbolicLink(link, input);
                return link;
            case "link to a link":
                File.CreateSymbolicLink(_folder.At("between"), input);
                File.CreateSymbolicLink(link, "between");
                return link;
            case "hard link":
                using (var ln = Process.Start("ln", [input, link]))
                {
                    Assert.True(ln.WaitForExit(TimeSpan.FromSeconds(30)));
                }

                return link;
            default:
                Directory.CreateSymbolicLink(link, Path.GetDirectoryName(input)!);
                return Path.Combine(link, Path.GetFileName(input));
        }
    }
}
