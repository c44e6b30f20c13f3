using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Runtime;
using TorchSharp;

namespace Hermes.Worker.Commands;

/// <summary><c>probe</c>: loads libtorch as a working worker would, checks it and says what it found.</summary>
internal static class ProbeCommand
{
    public static Command Create()
    {
        var device = new Option<string>("--device") { Description = "cpu or cuda:N.", DefaultValueFactory = _ => "cpu" };
        var command = new Command("probe", "Loads libtorch, checks that it computes rightly here and prints what it found, as JSON.") { device };
        command.SetAction(parsed =>
        {
            ParentWatch.Start(parsed);
            try
            {
                var wanted = parsed.GetRequiredValue(device);
                var runtime = TorchRuntime.Initialize(
                    new TorchRuntimeOptions { Device = wanted, Threads = Environment.ProcessorCount, MixedPrecision = true }, Console.Error.WriteLine);
                var precision = runtime.Precision == ConvolutionPrecision.Mixed ? "bf16" : "fp32";
                Console.WriteLine(JsonSerializer.Serialize(new WorkerHello(Environment.ProcessId, wanted, runtime.Threads, precision, torch.__version__), WorkOrderJson.Options));
                return 0;
            }
            catch (InvalidOperationException unusable)
            {
                Console.Error.WriteLine($"error: {unusable.Message}");
                return 1;
            }
        });
        return command.EndingWithParent();
    }
}
