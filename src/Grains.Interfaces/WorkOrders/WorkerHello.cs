namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What a worker says of itself when it starts.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Device">The device it works on (cpu, cuda:0).</param>
/// <param name="Threads">Its processor threads.</param>
/// <param name="Precision">What autocast found to work (fp32, bf16).</param>
/// <param name="Library">libtorch's version.</param>
public sealed record WorkerHello(int ProcessId, string Device, int Threads, string Precision, string Library);
