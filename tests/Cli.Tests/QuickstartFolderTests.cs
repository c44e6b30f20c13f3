using Hermes.Cli.Quickstart;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Tests;

public sealed class QuickstartFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_folder_and_seed_go_on_and_stay()
    {
        using (await OpenAsync(seed: 3))
        {
        }

        using var again = await OpenAsync(seed: 3);

        Assert.True(again.IsKept);
        Assert.True(Directory.Exists(again.Root));
    }

    [Fact]
    public async Task Another_seed_in_the_same_folder_is_refused()
    {
        using (await OpenAsync(seed: 3))
        {
        }

        var refusal = await Assert.ThrowsAsync<HermesException>(() => OpenAsync(seed: 4));

        Assert.Contains("seed 3, not 4", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_something_else_is_left_alone()
    {
        _folder.File("thesis.txt");

        await Assert.ThrowsAsync<HermesException>(() => OpenAsync(seed: 0));

        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_temporary_folder_goes_unless_kept()
    {
        var gone = await QuickstartFolder.OpenAsync(null, keep: false, 0, default);
        var kept = await QuickstartFolder.OpenAsync(null, keep: true, 0, default);
        gone.Dispose();
        kept.Dispose();

        Assert.False(Directory.Exists(gone.Root));
        Assert.True(Directory.Exists(kept.Root));
        Directory.Delete(kept.Root, recursive: true);
    }

    private Task<QuickstartFolder> OpenAsync(long seed) => QuickstartFolder.OpenAsync(_folder.Path, keep: false, seed, default);
}
