using System.Net;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Silo.Configuration;
using Hermes.Silo.Devices;
using Hermes.Silo.Membership;

namespace Hermes.Silo.Tests.Membership;

public sealed class SiloTraitsTests
{
    private static readonly SiloSettings Settings = new()
    {
        DataDirectory = "/data", Address = IPEndPoint.Parse("127.0.0.1:5081"), Threads = 1, IngestWorkers = 1, Site = "north", Devices = ["cpu", "cuda:0", "cuda:1"],
    };

    [Fact]
    public void What_a_silo_declares_is_read_by_the_others()
    {
        var read = SiloTraits.Read("one", SiloTraits.Of(Settings, Found(24L << 30, null, 80L << 30)))!;

        Assert.Equal(("one", "127.0.0.1:5081", "north"), (read.Name, read.Address, read.Site));
        Assert.Equal([SiloRoles.Keep, SiloRoles.Compute], read.Roles);
        Assert.Equal([new SiloDevice("cpu", 24L << 30), new SiloDevice("cuda:0", null), new SiloDevice("cuda:1", 80L << 30)], read.Devices);
    }

    [Fact]
    public void A_silo_without_a_device_only_keeps()
    {
        var read = SiloTraits.Read("two", SiloTraits.Of(Settings with { Devices = [] }, Found()))!;

        Assert.Equal([SiloRoles.Keep], read.Roles);
        Assert.Empty(read.Devices);
    }

    [Fact]
    public void One_of_the_version_before_has_its_devices_and_one_that_declared_nothing_is_none_of_ours()
    {
        var older = new Dictionary<string, string> { ["hermes.address"] = "a:1", ["hermes.site"] = "local", ["hermes.devices"] = "cpu,cuda:0" };

        var read = SiloTraits.Read("old", older)!;

        Assert.Empty(read.Roles);
        Assert.Equal([new SiloDevice("cpu", null), new SiloDevice("cuda:0", null)], read.Devices);
        Assert.Null(SiloTraits.Read("foreign", new Dictionary<string, string>()));
    }

    private static SiloDevices Found(params long?[] memory) =>
        new([.. memory.Select((bytes, i) => new DeviceDescription(Settings.DeviceKey(Settings.Devices[i]), Settings.Name, "any", 1) { Memory = bytes })]);
}
