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
        var data = new Option<string?>("--data-dir") { Description = "A data directory; what was measured of devices there counts. Nothing is written to it." };
        var command = new Command("probe", "Loads libtorch, checks that it computes rightly here and prints what it found, as JSON.") { device, data };
        LibtorchChoice.AddTo(command);
        command.SetAction(parsed =>
        {
            ParentWatch.Start(parsed.GetValue(ParentWatch.Option));
            try
            {
                var calibrations = parsed.GetValue(data) is { } directory ? new Calibrations(WorkerOptions.CacheOf(directory), IsKept: false) : null;
                var (_, found) = Libtorch.Load(LibtorchChoice.From(parsed), parsed.GetRequiredValue(device), Environment.ProcessorCount, calibrations);
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
