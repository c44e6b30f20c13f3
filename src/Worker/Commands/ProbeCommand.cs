using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Model.Runtime;

namespace Hermes.Worker.Commands;

/// <summary><c>probe</c>: loads libtorch as a working worker would, checks it and says what it found.</summary>
internal static class ProbeCommand
{
    public static Command Create()
    {
        var device = new Option<string>("--device") { Description = "cpu or cuda:N.", DefaultValueFactory = _ => "cpu" };
        var threads = new Option<int>("--threads") { Description = "Processor threads for tensor work.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var data = new Option<string?>("--data-dir")
        {
            Description = "A data directory. A processor of which nobody knows whether it is faster in bfloat16 is measured, unless it was there; nothing is written.",
        };
        var command = new Command("probe", "Loads libtorch, checks that it computes rightly here and prints what it found, as JSON.") { device, threads, data };
        LibtorchChoice.AddTo(command);
        command.SetAction(parsed =>
        {
            ParentWatch.Start(parsed.GetValue(ParentWatch.Option));
            try
            {
                var calibrations = parsed.GetValue(data) is { } directory ? new Calibrations(WorkerOptions.CacheOf(directory), IsKept: false) : null;
                var (_, found) = Libtorch.Load(LibtorchChoice.From(parsed), parsed.GetRequiredValue(device), parsed.GetValue(threads), calibrations);
                Console.WriteLine(JsonSerializer.Serialize(found, WorkOrderJson.Options));
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
