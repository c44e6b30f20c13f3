using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Scheduling;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Runs;

/// <summary>What runs ask of the queue.</summary>
internal static class RunDemands
{
    /// <summary>What a run asks for.</summary>
    public static RunDemand Demand(this RunRecord record) => Of(record.Request!, record.Datasets, record.Order);

    /// <summary>What a run with this order asks for.</summary>
    public static RunDemand Of(RunRequest request, IReadOnlyList<PinnedDataset> datasets, TrainOrder? order) => new()
    {
        Site = request.Site ?? SiteOf(datasets),
        Priority = request.Priority,
        DeviceKind = request.DeviceKind,
        Memory = order is { Configuration: { } configuration }
            ? Memory(configuration, order.Datasets.Max(d => d.Labels.Count), order.Branch is not null, request.Devices ?? 1)
            : null,
        Devices = request.Devices is > 1 ? request.Devices : null,
    };

    /// <summary>
    /// An order for devices that have no memory for a whole batch at once: a half of it is learned at a time, a quarter and so on, the most that one has room for, or
    /// a single sample. It stays as it is where somebody said how many, and where nobody knows the memory.
    /// </summary>
    /// <param name="devices">All that silos declared.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="datasets">What is learned.</param>
    /// <param name="order">The order as the request means it.</param>
    /// <returns>The order, and a sentence for people where it is another than the request means.</returns>
    public static (TrainOrder Order, string? Why) FittedTo(
        this IReadOnlyList<DeviceDescription> devices, RunRequest request, IReadOnlyList<PinnedDataset> datasets, TrainOrder order)
    {
        if (Shortage(order) is null || !CanBeLess(order))
        {
            return (order, null);
        }

        var configuration = TrainingConfiguration.FromJson(order.Configuration!);
        var (smaller, atOnce) = (order, Share(configuration, request.Devices ?? 1));
        do
        {
            atOnce = Math.Max(1, atOnce / 2);
            smaller = order with { Configuration = configuration.WithBatch(batchSize: null, atOnce).ToJson() };
        }
        while (atOnce > 1 && Shortage(smaller) is not null);

        return (smaller, $"The {configuration.BatchSize} samples of a step are learned {atOnce} at a time: together they have no room. {Shortage(order)}");

        string? Shortage(TrainOrder order) => devices.Shortage(Of(request, datasets, order));
    }

    /// <summary>Whether nobody said how many samples are learned at once.</summary>
    public static bool CanBeLess(TrainOrder order)
    {
        try
        {
            return order.Configuration is { } text && TrainingConfiguration.FromJson(text).MicroBatch is null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    // Of a device that learns a batch with others: the largest.
    private static int Share(TrainingConfiguration configuration, int devices) => (configuration.BatchSize + devices - 1) / devices;

    private static MemoryNeed? Memory(string text, int tasks, bool isBranch, int devices)
    {
        try
        {
            var configuration = TrainingConfiguration.FromJson(text);
            var share = Share(configuration, devices);
            configuration = configuration with { MicroBatch = share < configuration.AtOnce ? share : configuration.MicroBatch };
            var (bytes, perSample) = TrainingMemory.Of(configuration, tasks, isBranch, devices);
            return new MemoryNeed(bytes, perSample, configuration.AtOnce);
        }
        catch (InvalidDataException)
        {
            // What another version of the platform wrote down and this one cannot read, its worker refuses with the cause.
            return null;
        }
    }

    // What several sites have in common counts for the platform's own.
    private static string SiteOf(IReadOnlyList<PinnedDataset> datasets) =>
        datasets.Select(d => d.Dataset.Split('/')[0]).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : Names.DefaultSite;
}
