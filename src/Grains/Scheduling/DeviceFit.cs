using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Scheduling;

/// <summary>Which devices a run can have.</summary>
internal static class DeviceFit
{
    /// <summary>Whether the device is of the kind that is needed and has the memory, as far as anybody knows.</summary>
    public static bool Suits(this DeviceDescription device, RunDemand demand) => device.IsOfKind(demand) && device.HasRoom(demand);

    /// <summary>The devices that suit a run, in sets of which it can have several together.</summary>
    public static IEnumerable<IGrouping<(string Silo, string Kind), DeviceDescription>> Sets(this IEnumerable<DeviceDescription> devices, RunDemand demand) =>
        devices.Where(d => d.Suits(demand)).GroupBy(d => (d.Silo, d.Kind));

    /// <summary>Bytes that are needed on the device; null when nobody knows.</summary>
    public static long? Needs(this DeviceDescription device, RunDemand demand) => demand.Memory is { } need
        ? need.Fixed + (need.PerSample * (device.Kind == DeviceKinds.Cpu ? TrainingMemory.SamplesAtOnce(need.BatchSize, device.Threads) : need.BatchSize))
        : null;

    /// <summary>
    /// The device on which the run is closest to having room; where it needs several, the smallest of those that are closest together, if there are so many. Null when
    /// none is of its kind.
    /// </summary>
    public static DeviceDescription? BestFor(this IEnumerable<DeviceDescription> devices, RunDemand demand)
    {
        var known = devices.Where(d => d.IsOfKind(demand)).ToList();
        return known.GroupBy(d => (d.Silo, d.Kind))
            .Select(set => set.OrderByDescending(d => d.Room(demand)).ElementAtOrDefault((demand.Devices ?? 1) - 1))
            .OfType<DeviceDescription>().MaxBy(d => d.Room(demand)) ?? known.MaxBy(d => d.Room(demand));
    }

    /// <summary>That no device has the memory, with both numbers; null when one has, or none is of the kind that is needed.</summary>
    public static string? Shortage(this IEnumerable<DeviceDescription> devices, RunDemand demand) =>
        devices.BestFor(demand) is { } best && !best.HasRoom(demand)
            ? $"It needs about {Sizes.Gibibytes(best.Needs(demand)!.Value)}{Where(demand, best)} has {Sizes.Gibibytes(best.Memory!.Value)}."
            : null;

    /// <summary>Refuses what no device can hold.</summary>
    /// <exception cref="HermesException">None has the memory.</exception>
    public static void RequireRoom(this IEnumerable<DeviceDescription> devices, RunDemand demand)
    {
        if (devices.Shortage(demand) is { } shortage)
        {
            throw new HermesException(
                $"No device can hold this training. {shortage}",
                hint: $"Start a silo that has a device with more memory; or train a smaller network: of the configuration's keys {TrainingMemory.Keys} lower it, the first most.");
        }
    }

    private static bool IsOfKind(this DeviceDescription device, RunDemand demand) => demand.DeviceKind is null || demand.DeviceKind == device.Kind;

    private static string Where(RunDemand demand, DeviceDescription best) => demand.Devices is > 1 and var devices
        ? $" on each of {devices} devices; {best.Key}"
        : $"; the largest device{(demand.DeviceKind is { } kind ? $" of kind {kind}" : "")}, {best.Key},";

    private static double Room(this DeviceDescription device, RunDemand demand) =>
        device.HasRoom(demand) ? double.MaxValue : (double)device.Memory!.Value / device.Needs(demand)!.Value;

    private static bool HasRoom(this DeviceDescription device, RunDemand demand) => !(device.Needs(demand) > device.Memory);
}
