using Hermes.Blobs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Runtime;
using Hermes.Model.Volumes.Formats;
using Hermes.Worker.Commands;
using Hermes.Worker.Orders;
using Hermes.Worker.Protocol;
using TorchSharp;

namespace Hermes.Worker;

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
        var blobs = new WorkerBlobs(FileBlobStore.OfPlatform(options.DataDirectory), Path.Combine(options.DataDirectory, "tmp"));
        var runtime = TorchRuntime.Initialize(
            new TorchRuntimeOptions { Device = options.Device, Threads = options.Threads, MixedPrecision = true }, Console.Error.WriteLine);
        var loop = new WorkerLoop(
            queue,
            messages,
            pulse,
            new IngestExecutor(blobs, limits),
            new TrainExecutor(
                blobs, new PreparedCaseCache(Path.Combine(options.DataDirectory, "cache"), blobs, limits), runtime, options.CheckpointEvery, messages, pulse, TimeProvider.System),
            new SegmentExecutor(blobs, new ModelCache(blobs, runtime), limits, messages, pulse, TimeProvider.System));
        var hello = new WorkerHello(Environment.ProcessId, options.Device, runtime.Threads, runtime.Precision == ConvolutionPrecision.Mixed ? "bf16" : "fp32", torch.__version__);
        return new WorkerComposition(loop, messages, pulse, new WorkerMessage { Hello = hello });
    }
}
