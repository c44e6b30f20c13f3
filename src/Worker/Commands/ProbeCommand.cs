using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;

namespace Hermes.Worker.Commands;

/// <summary><c>probe</c>: loads libtorch as a working worker would, checks it and says what it found.</summary>
internal static class ProbeCommand
{
    public static Command Create()
    {
        var device = new Option<string>("--device") { Description = "cpu or cuda:N.", DefaultValueFactory = _ => "cpu" };
        var command = new Command("probe", "Loads libtorch, checks that it computes rightly here and prints what it found, as JSON.") { device };
        LibtorchChoice.AddTo(command);
        command.SetAction(parsed =>
        {
            ParentWatch.Start(parsed.GetValue(ParentWatch.Option));
            try
            {
                var (_, found) = Libtorch.Load(LibtorchChoice.From(parsed), parsed.GetRequiredValue(device), Environment.ProcessorCount);
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
