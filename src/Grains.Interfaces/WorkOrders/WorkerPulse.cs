namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>A worker's sign of life: when it begins or ends an order, and every second between.</summary>
/// <param name="Phase">The <see cref="WorkPhase"/> it is at.</param>
/// <param name="StillSeconds">How long the executing thread has not got on, counted while the process was awake.</param>
public sealed record WorkerPulse(string Phase, int StillSeconds);
