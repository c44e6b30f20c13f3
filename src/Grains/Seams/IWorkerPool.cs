using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Seams;

/// <summary>The worker processes of this silo.</summary>
public interface IWorkerPool
{
    /// <summary>How many orders that need no device are executed at the same time.</summary>
    int WidthBeside { get; }

    /// <summary>Executes an order on the worker of a device.</summary>
    /// <param name="device">The device's key, <c>silo/device</c>.</param>
    /// <param name="order">The order; orders of one device share its worker.</param>
    /// <param name="alone">Whether nothing else may be executed on the device meanwhile: a training order under way is asked to stop, with its
    /// progress saved, and those that come wait.</param>
    /// <param name="cancellationToken">Asks the worker to stop at its next step or window. The messages go on until the worker has.</param>
    /// <returns>What the worker says, up to and with the message that ends the order.</returns>
    /// <exception cref="WorkerLostException">The worker ended before the order did, or was ended because it did not get on.</exception>
    IAsyncEnumerable<WorkerMessage> ExecuteAsync(string device, WorkOrder order, bool alone, CancellationToken cancellationToken);

    /// <summary>Executes an order that needs no device on whichever worker beside the devices is free; waits for one.</summary>
    /// <exception cref="WorkerLostException">The worker ended before the order did, or was ended because it did not get on.</exception>
    IAsyncEnumerable<WorkerMessage> ExecuteBesideAsync(WorkOrder order, CancellationToken cancellationToken);
}
