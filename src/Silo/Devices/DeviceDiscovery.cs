using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Silo.Configuration;

namespace Hermes.Silo.Devices;

/// <summary>
/// What the workers' libtorch can use on this machine, and whether it is one they take. A worker is asked before the silo starts: the silo loads none.
/// </summary>
/// <param name="ask">Asks a worker that loads the libtorch of these settings.</param>
/// <param name="cards">Counts the machine's graphics cards, without libtorch.</param>
internal sealed class DeviceDiscovery(Func<SiloSettings, CancellationToken, Task<WorkerDevice>> ask, Func<int> cards)
{
    // A PyTorch with CUDA is some gigabytes, read from a disk that may be slow.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>With the real worker and the machine's driver.</summary>
    public static DeviceDiscovery OfMachine { get; } = new(AskWorkerAsync, () => GraphicsCard.Count());

    /// <summary>The settings with the devices they stand for and the folder of the libtorch; a warning where a card stays unused.</summary>
    /// <exception cref="HermesException">The libtorch is not taken, or cannot use a device that was told.</exception>
    public async Task<(SiloSettings Settings, string? Warning)> CompleteAsync(SiloSettings settings, CancellationToken cancellationToken)
    {
        var isAuto = settings.Devices is [SettingKeys.Auto];
        var count = isAuto ? cards() : 0;
        if (settings.Libtorch is null && count == 0)
        {
            // The usual machine: nothing is asked, and the start takes no longer.
            return (isAuto ? settings with { Devices = [DeviceKinds.Cpu] } : settings, null);
        }

        var found = await ask(settings, cancellationToken);
        settings = settings with { Libtorch = settings.Libtorch is null ? null : found.LibraryFolder };
        var usable = found.Devices.Select(device => device.Name).ToList();
        if (!isAuto)
        {
            var lacking = settings.Devices.Select(SiloSettings.LibraryDevice).Except(usable).ToList();
            return lacking is [] ? (settings, null) : throw new HermesException(
                $"The libtorch {found.Library} in {found.LibraryFolder} cannot use {string.Join(", ", lacking)}; it can use {string.Join(", ", usable)}.",
                hint: $"Name devices that it can use with {SettingKeys.Device.Option.Name}, or a libtorch that can use a card with {SettingKeys.Libtorch.Option.Name}: docs/gpu.md.");
        }

        // A run takes any free device unless it asks for a kind: a processor beside cards would take weeks for what they do in hours.
        List<string> onCards = [.. usable.Where(device => device != DeviceKinds.Cpu)];
        return onCards.Count > 0
            ? (settings with { Devices = onCards }, null)
            : (settings with { Devices = [DeviceKinds.Cpu] }, count == 0 ? null :
                $"This machine has graphics cards ({count}), which the libtorch {found.Library} in {found.LibraryFolder} cannot use, so the processor trains. docs/gpu.md says which libtorch can.");
    }

    private static Task<WorkerDevice> AskWorkerAsync(SiloSettings settings, CancellationToken cancellationToken) => ChildProgram.AskAsync<WorkerDevice>(
        PlatformProgram.Worker, ["probe", .. settings.LibtorchOptions, ParentWatch.Option.Name], WorkOrderJson.Options, Patience, cancellationToken);
}
