using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Worker.Protocol;

/// <summary>An order and whether it is still wanted.</summary>
internal sealed class QueuedOrder(WorkOrder order) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    public WorkOrder Order => order;

    public CancellationToken Cancelled => _cancellation.Token;

    public void Cancel() => _cancellation.Cancel();

    public void Dispose() => _cancellation.Dispose();
}
