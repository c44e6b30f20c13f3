using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Commands;

/// <summary><c>run</c>: executes one order from a file.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("order") { Description = "The work order, a JSON document." };
        var command = new Command("run", "Executes one work order from a file: replays by hand what a silo asked for.") { file };
        WorkerOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file).FullName;
            if (Read(path) is not { } order)
            {
                return 1;
            }

            var queue = new OrderQueue();
            var worker = WorkerComposition.Create(WorkerOptions.From(parsed), queue);
            Console.CancelKeyPress += (_, pressed) =>
            {
                pressed.Cancel = true;
                queue.Cancel(order.OrderId);
            };
            queue.Add(order);
            queue.Close();
            return worker.Loop.Run() ? 0 : 1;
        });
        return command;
    }

    private static WorkOrder? Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<WorkOrder>(stream, WorkOrderJson.Options);
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException or NotSupportedException)
        {
            Console.Error.WriteLine($"{path} is not a work order: {error.Message}");
            return null;
        }
    }
}
