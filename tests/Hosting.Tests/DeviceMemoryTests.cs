namespace Hermes.Hosting.Tests;

public sealed class DeviceMemoryTests
{
    private const long Total = 24_000L << 10;

    [Theory]
    [InlineData("0::/", "", null, Total)]
    [InlineData("0::/a/b", "a/b/memory.max", "max", Total)]
    [InlineData("0::/a/b", "a/b/memory.max", "5000", 5000)]
    [InlineData("0::/a/b", "a/memory.max", "5000", 5000)]
    [InlineData("0::/a/b", "other/memory.max", "5000", Total)]
    [InlineData("0::/", "memory.max", "5000", 5000)]
    [InlineData("4:cpu,memory:/a", "memory/a/memory.limit_in_bytes", "5000", 5000)]
    [InlineData("4:memory:/a", "memory/a/memory.limit_in_bytes", "9223372036854771712", Total)]
    public void A_processor_has_the_machines_memory_or_what_a_control_group_leaves_of_it(string group, string file, string? limit, long expected)
    {
        using var folder = new TemporaryFolder();
        Write(folder, "proc/meminfo", "MemTotal:       24000 kB\nMemFree:         100 kB\n");
        Write(folder, "proc/self/cgroup", $"1:name=systemd:/x\n{group}\n");
        if (limit is not null)
        {
            Write(folder, $"groups/{file}", $"{limit}\n");
        }

        Assert.Equal(expected, DeviceMemory.OfMachine(folder.At("proc"), folder.At("groups")));
    }

    [Fact]
    public void What_nothing_can_tell_is_unknown()
    {
        using var folder = new TemporaryFolder();

        Assert.Null(DeviceMemory.OfMachine(folder.At("proc"), folder.At("groups")));
        Assert.Null(DeviceMemory.Find("cuda:99"));
        Assert.InRange(DeviceMemory.Find("cpu")!.Value, 1L << 28, 1L << 50);
    }

    private static void Write(TemporaryFolder folder, string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(file))!);
        File.WriteAllText(folder.At(file), text);
    }
}
