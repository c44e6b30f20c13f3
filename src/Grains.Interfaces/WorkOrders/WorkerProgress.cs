namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>How far an order is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Done">Done, in the phase's units.</param>
/// <param name="Total">Of how many.</param>
public sealed record WorkerProgress(string Phase, int Done, int Total);
