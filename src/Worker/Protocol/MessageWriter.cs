using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Worker.Protocol;

/// <summary>Writes messages, one JSON line each, whole lines only, whatever thread they come from.</summary>
internal sealed class MessageWriter(TextWriter output)
{
    private readonly Lock _gate = new();

    public void Write(WorkerMessage message)
    {
        var line = JsonSerializer.Serialize(message, WorkOrderJson.Options);
        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    public void Progress(string orderId, string phase, int done, int total) =>
        Write(new WorkerMessage { OrderId = orderId, Progress = new WorkerProgress(phase, done, total) });
}
