using Hermes.Blobs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Volumes.Formats;
using Hermes.Worker.Commands;
using Hermes.Worker.Orders;
using Hermes.Worker.Protocol;
using TorchSharp;

namespace Hermes.Worker;

/// <summary>A worker put together.</summary>
internal sealed record WorkerComposition(WorkerLoop Loop, MessageWriter Messages, WorkerMessage Hello)
{
    public static WorkerComposition Create(WorkerOptions options, OrderQueue queue)
    {
        // Libraries may print to standard output; only messages may reach the reader, so they get the stream to themselves.
        var messages = new MessageWriter(new StreamWriter(Console.OpenStandardOutput()));
        Console.SetOut(Console.Error);

        var limits = VolumeLimits.Default with { MaxVoxels = options.MaxVoxels };
        var blobs = new WorkerBlobs(FileBlobStore.OfPlatform(options.DataDirectory), Path.Combine(options.DataDirectory, "tmp"));
        torch.set_num_threads(options.Threads);
        var device = torch.device(options.Device);
        var loop = new WorkerLoop(
            queue,
            messages,
            new IngestExecutor(blobs, limits),
            new TrainExecutor(
                blobs, new PreparedCaseCache(Path.Combine(options.DataDirectory, "cache"), blobs, limits), device, options.CheckpointEvery, messages, TimeProvider.System),
            new SegmentExecutor(blobs, new ModelCache(blobs, device), limits, messages, TimeProvider.System));
        var hello = new WorkerHello(Environment.ProcessId, options.Device, options.Threads, "fp32", torch.__version__);
        return new WorkerComposition(loop, messages, new WorkerMessage { Hello = hello });
    }
}
