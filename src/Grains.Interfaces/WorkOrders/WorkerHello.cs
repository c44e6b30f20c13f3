namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What a worker says of itself when it starts.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Device">What it found of its device; null of a worker that only looks into cases.</param>
public sealed record WorkerHello(int ProcessId, WorkerDevice? Device);
