using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Worker.Orders;

namespace Hermes.Worker.Tests.Orders;

public sealed class CacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ShiftedTime _time = new();
    private readonly Cache _cache;

    private bool _isOpenElsewhere;

    // What others have open still takes its room when it is removed.
    public CacheTests() => _cache = new Cache(_folder.Folder("cache"), _time, () => _isOpenElsewhere ? 0 : -Files().Count);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_not_used_for_longest_gives_way_to_what_finds_the_disk_full_and_only_as_much_as_it_needs()
    {
        foreach (var minute in Enumerable.Range(0, 8))
        {
            File.SetLastWriteTimeUtc(Make(minute % 2 == 0 ? $"blob-{minute}" : Path.Combine("plan", $"{minute}.case")), _time.GetUtcNow().UtcDateTime.AddHours(minute - 10));
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

        _time.Shift = TimeSpan.FromHours(2);
        Refused();
        Assert.Equal(["blob-coming.part", "half"], Files());

        _time.Shift = TimeSpan.FromDays(2);
        Refused();
        Assert.Equal(["half"], Files());
    }

    [Fact]
    public void What_this_process_has_open_stays_and_where_removing_makes_no_room_no_more_is_removed()
    {
        var isOpen = true;
        foreach (var hour in Enumerable.Range(0, 5))
        {
            File.SetLastWriteTimeUtc(Make($"{hour}.case"), _time.GetUtcNow().UtcDateTime.AddHours(hour - 10));
        }

        _cache.Hold(Path.Combine(_cache.Folder, "0.case"), () => isOpen);
        _cache.Use(Path.Combine(_cache.Folder, "1.case"));
        Refused();
        Assert.Equal(["0.case", "1.case"], Files());

        isOpen = false;
        File.SetLastWriteTimeUtc(Make("2.case"), _time.GetUtcNow().UtcDateTime.AddHours(-5));
        _isOpenElsewhere = true;
        Refused();
        Assert.Equal(["1.case", "2.case"], Files());
    }

    [Fact]
    public void What_fails_for_another_reason_is_not_repeated()
    {
        Make("blob-a");
        _time.Shift = TimeSpan.FromHours(2);
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
