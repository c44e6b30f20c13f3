using System.Runtime.CompilerServices;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Model.Runtime;
using Hermes.Worker.Orders;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Commands;

/// <summary>A worker put together.</summary>
internal sealed record WorkerComposition(WorkerLoop Loop, MessageWriter Messages, Pulse Pulse, WorkerMessage Hello)
{
    public static WorkerComposition Create(WorkerOptions options, OrderQueue queue)
    {
        // Libraries may print to standard output; only messages may reach the reader, so they get the stream to themselves.
        var messages = new MessageWriter(new StreamWriter(Console.OpenStandardOutput()));
        var pulse = new Pulse(messages);
        Console.SetOut(Console.Error);

        var limits = VolumeLimits.Default with { MaxVoxels = options.MaxVoxels };
        var store = BlobStores.Open(options.DataDirectory, options.BlobsDirectory, BlobAddress.Choose(file: null), options.Site);
        var cache = new Cache(options.CacheDirectory, TimeProvider.System);
        var blobs = new WorkerBlobs(store, options.TemporaryDirectory, cache);
        var (executors, device) = options.WithoutDevice ? (null, null) : OnDevice(options, new PreparedCaseCache(cache, blobs, limits), blobs, limits, messages, pulse);
        var libtorch = new Lazy<WorkerDevice>(() => device ?? Libtorch.Load(options.Libtorch, "cpu", threads: 1).Found);
        return new WorkerComposition(
            new WorkerLoop(
                queue, messages, pulse, new IngestExecutor(blobs, limits), new PreviewExecutor(blobs, limits, pulse),
                new PriorMapExecutor(blobs, () => _ = libtorch.Value, pulse), new ImportExecutor(blobs, () => _ = libtorch.Value, pulse), executors),
            messages,
            pulse,
            new WorkerMessage { Hello = new WorkerHello(Environment.ProcessId, device) });
    }

    // By itself, so that a worker without a device comes near libtorch only when an order needs it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (DeviceExecutors, WorkerDevice) OnDevice(
        WorkerOptions options, PreparedCaseCache cases, WorkerBlobs blobs, VolumeLimits limits, MessageWriter messages, Pulse pulse)
    {
        var (runtime, device) = Libtorch.Load(options.Libtorch, options.Device, options.Threads, new Calibrations(options.CacheDirectory, IsKept: true));
        return (
            new DeviceExecutors(
                new TrainExecutor(blobs, cases, runtime, options.DataDirectory, options.CheckpointEvery, messages, pulse, TimeProvider.System),
                new SegmentExecutor(blobs, new ModelCache(blobs, runtime), limits, messages, pulse, TimeProvider.System)),
            device);
    }
}
