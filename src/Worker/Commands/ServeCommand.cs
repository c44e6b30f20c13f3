using System.CommandLine;
using Hermes.Hosting;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Commands;

/// <summary><c>serve</c>: reads commands from standard input, writes messages to standard output, ends with its input.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Reads commands (JSON lines) from standard input until it ends; answers on standard output.");
        WorkerOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            using var deaf = Signals.Ignore();
            var queue = new OrderQueue();
            var worker = WorkerComposition.Create(WorkerOptions.From(parsed), queue);
            worker.Messages.Write(worker.Hello);
            worker.Pulse.Start();
            new CommandReader(Console.In, queue, worker.Messages).Start();
            worker.Loop.Run();
            return 0;
        });
        return command;
    }
}
