using System.Runtime.Versioning;

namespace Hermes.Hosting.Tests;

[SupportedOSPlatform("linux")]
public sealed class GraphicsCardTests
{
    [Theory]
    [InlineData("echo 81559", 81559L << 20)]
    [InlineData("echo '[N/A]'", null)]
    [InlineData("echo 5; exit 6", null)]
    public async Task Its_driver_is_asked_for_one_card_and_told_in_bytes(string driver, long? expected)
    {
        using var folder = new TemporaryFolder();
        var program = folder.File("driver", $"#!/bin/sh\n[ \"$*\" = '--query-gpu=memory.used --format=csv,noheader,nounits -i 3' ] || exit 1\n{driver}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal(expected, await GraphicsCard.MemoryAsync("cuda:3", "used", default, program));
    }

    [Fact]
    public async Task Where_no_driver_is_nobody_can_tell() => Assert.Null(await GraphicsCard.MemoryAsync("cuda:0", "total", default, "there-is-no-such-driver"));
}
