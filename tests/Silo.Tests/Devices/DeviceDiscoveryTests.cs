using System.Net;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Silo.Configuration;
using Hermes.Silo.Devices;

namespace Hermes.Silo.Tests.Devices;

/// <summary>What a silo makes of what a worker says; cards there are none of here, so the worker's answer is written down.</summary>
public sealed class DeviceDiscoveryTests
{
    private int _asked;

    [Fact]
    public async Task Where_no_card_is_the_processor_trains_and_nobody_is_asked()
    {
        var (settings, warning) = await Discovery(cards: 0).CompleteAsync(Told(SettingKeys.Auto), default);

        Assert.Equal(["cpu"], settings.Devices);
        Assert.Equal((null, 0), (warning, _asked));
    }

    [Fact]
    public async Task All_cards_that_libtorch_can_use_train_and_the_processor_does_not()
    {
        var (settings, warning) = await Discovery(cards: 2, "cpu", "cuda:0", "cuda:1").CompleteAsync(Told(SettingKeys.Auto), default);

        Assert.Equal(["cuda:0", "cuda:1"], settings.Devices);
        Assert.Null(settings.Libtorch);
        Assert.Equal((null, 1), (warning, _asked));
    }

    [Fact]
    public async Task Cards_that_libtorch_cannot_use_are_told_of()
    {
        var (settings, warning) = await Discovery(cards: 2, "cpu").CompleteAsync(Told(SettingKeys.Auto), default);

        Assert.Equal(["cpu"], settings.Devices);
        Assert.Contains("graphics cards (2), which the libtorch 2.10.0 in /opt/torch/lib cannot use", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_told_is_declared_whatever_is_found()
    {
        Assert.Equal(["cpu"], (await Discovery(cards: 2, "cpu", "cuda:0", "cuda:1").CompleteAsync(Told("cpu"), default)).Settings.Devices);
        Assert.Equal(["cuda:1", "cpu"], (await Discovery(cards: 2).CompleteAsync(Told("cuda:1", "cpu"), default)).Settings.Devices);
        Assert.Empty((await Discovery(cards: 2).CompleteAsync(Told(), default)).Settings.Devices);
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_libtorch_that_was_named_is_asked_at_the_start_and_must_know_the_devices()
    {
        var (settings, _) = await Discovery(cards: 0, "cpu").CompleteAsync(Told("cpu") with { Libtorch = SettingKeys.Auto, LibtorchUnverified = true }, default);

        // Every worker loads what was found once.
        Assert.Equal(["--libtorch", "/opt/torch/lib", "--libtorch-unverified"], settings.LibtorchOptions);
        var refused = await Assert.ThrowsAsync<HermesException>(() => Discovery(cards: 0, "cpu").CompleteAsync(Told("cpu", "cuda:0") with { Libtorch = "/opt/torch/lib" }, default));
        Assert.Equal("The libtorch 2.10.0 in /opt/torch/lib cannot use cuda:0; it can use cpu.", refused.Message);
    }

    [Fact]
    public async Task A_folder_without_libtorch_is_refused_by_the_real_worker_before_the_silo_starts()
    {
        using var folder = new TemporaryFolder();

        var refused = await Assert.ThrowsAsync<HermesException>(() => DeviceDiscovery.OfMachine.CompleteAsync(Told(SettingKeys.Auto) with { Libtorch = folder.Path }, default));

        Assert.StartsWith($"There is no libtorch in {folder.Path}: libtorch_cpu.so was expected there.", refused.Message, StringComparison.Ordinal);
    }

    private static SiloSettings Told(params string[] devices) => new()
    {
        DataDirectory = "/data", Address = IPEndPoint.Parse("127.0.0.1:5081"), Threads = 1, IngestWorkers = 1, Devices = devices,
    };

    private DeviceDiscovery Discovery(int cards, params string[] usable) => new(
        (_, _) =>
        {
            _asked++;
            return Task.FromResult(new WorkerDevice("cpu", 1, "fp32", "2.10.0")
            {
                LibraryFolder = "/opt/torch/lib",
                Devices = [.. usable.Select(device => new FoundDevice(device, 80L << 30, null))],
            });
        },
        () => cards);
}
