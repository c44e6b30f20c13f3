using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Runtime;
using TorchSharp;

namespace Hermes.Worker.Commands;

/// <summary>libtorch as a worker loads it.</summary>
internal static class Libtorch
{
    /// <summary>Loads it, once per process.</summary>
    /// <param name="device">cpu or cuda:N.</param>
    /// <param name="threads">Processor threads for tensor work.</param>
    /// <exception cref="InvalidOperationException">It cannot be loaded, the device is missing, or it computes wrongly here.</exception>
    public static (TorchRuntimeState Runtime, WorkerDevice Found) Load(string device, int threads)
    {
        var runtime = TorchRuntime.Initialize(new TorchRuntimeOptions { Device = device, Threads = threads, MixedPrecision = true }, Console.Error.WriteLine);
        var precision = runtime.Precision == ConvolutionPrecision.Mixed ? "bf16" : "fp32";
        return (runtime, new WorkerDevice(device, runtime.Threads, precision, torch.__version__));
    }
}
