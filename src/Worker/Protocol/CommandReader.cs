using System.Diagnostics;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Worker.Protocol;

/// <summary>Reads commands on a thread of its own and fills the queue.</summary>
internal sealed class CommandReader(TextReader input, OrderQueue queue, MessageWriter messages)
{
    public Thread Start()
    {
        var thread = new Thread(Read) { IsBackground = true, Name = "commands" };
        thread.Start();
        return thread;
    }

    private void Read()
    {
        while (input.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                Accept(JsonSerializer.Deserialize<WorkerCommand>(line, WorkOrderJson.Options));
            }
            catch (Exception error) when (error is JsonException or NotSupportedException)
            {
                messages.Write(new WorkerMessage { Failed = new Failure($"A command is not valid JSON of a known kind: {error.Message}") });
            }
        }

        // End of input: the silo is gone or gives this worker up. A kernel of libtorch cannot be interrupted and an
        // orderly exit would wait for it; what is stored is written beside and renamed, so dying in the middle loses nothing.
        if (queue.IsBusy)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }

        queue.Close();
    }

    private void Accept(WorkerCommand? command)
    {
        switch (command)
        {
            case { Execute: { } order }:
                queue.Add(order);
                break;
            case { Cancel: { } orderId }:
                if (queue.Cancel(orderId) is { } waited)
                {
                    messages.Write(WorkerMessage.CancelledOf(waited));
                }

                break;
            default:
                messages.Write(new WorkerMessage { Failed = new Failure("A command says neither what to execute nor what to cancel.") });
                break;
        }
    }
}
