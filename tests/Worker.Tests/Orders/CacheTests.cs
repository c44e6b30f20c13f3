using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Worker.Orders;

namespace Hermes.Worker.Tests.Orders;

public sealed class CacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ShiftedTime _time = new();
    private readonly Cache _cache;

    public CacheTests() => _cache = new Cache(_folder.Folder("cache"), _time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_not_used_for_longest_gives_way_to_what_finds_the_disk_full_and_only_as_much_as_it_needs()
    {
        foreach (var minute in Enumerable.Range(0, 8))
        {
            File.SetLastWriteTimeUtc(Make(minute % 2 == 0 ? $"blob-{minute}" : Path.Combine("plan", $"{minute}.case")), _time.GetUtcNow().UtcDateTime.AddMinutes(minute - 10));
        }

        Assert.Equal("written", _cache.WithRoom(() => Files().Count > 3 ? throw DiskFull.Refusal("it is.") : "written"));

        Assert.Equal(["7.case", "blob-6"], Files());
    }

    [Fact]
    public void What_was_used_of_late_or_cannot_be_made_again_stays_and_the_disk_is_told_to_be_full()
    {
        Make("blob-used");
        Make(Path.Combine("uploads", "half"));
        Make("blob-coming.part");

        Assert.StartsWith("The disk is full: ", Refused().Message, StringComparison.Ordinal);
        Assert.Equal(["blob-coming.part", "blob-used", "half"], Files());

        _time.Shift = TimeSpan.FromMinutes(2);
        Refused();
        Assert.Equal(["blob-coming.part", "half"], Files());
    }

    [Fact]
    public void What_fails_for_another_reason_is_not_repeated()
    {
        Make("blob-a");
        _time.Shift = TimeSpan.FromMinutes(2);
        var tries = 0;

        Assert.Throws<IOException>(() => _cache.WithRoom<int>(() =>
        {
            tries++;
            throw new IOException("no such device");
        }));

        Assert.Equal((1, 1), (tries, Files().Count));
    }

    private HermesException Refused() => Assert.Throws<HermesException>(() => _cache.WithRoom<int>(() => throw DiskFull.Refusal("it is.")));

    private string Make(string name)
    {
        var file = Path.Combine(_cache.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, name);
        return file;
    }

    private List<string> Files() => [.. Directory.EnumerateFiles(_cache.Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
}
